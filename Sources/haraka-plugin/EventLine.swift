internal import FoundationEssentials

/// How an event crosses from the child to its parent: one line of JSON.
enum EventLine {
    static func text(of event: ProbeEvent) -> String {
        guard let data = try? JSONEncoder().encode(event) else {
            preconditionFailure("Every event can be written as JSON.")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// A line that a crash has cut short is no event.
    static func event(of line: Substring) -> ProbeEvent? {
        try? JSONDecoder().decode(ProbeEvent.self, from: Data(line.utf8))
    }
}

/// A change of the queue that a command asks the running server for: one line of the control socket.
///
/// `queue retry domain=x.example words=mailbox%20full`: whatever isn't plain is a `%NN` of its byte, so that no argument
/// can be taken for another.
public struct QueueRequest: Sendable, Equatable {
    public enum Verb: String, Sendable, CaseIterable {
        case retry, hold, release, delete
    }

    /// What the control socket reads of a question.
    static let longest = 1024

    public var verb: Verb
    public var query: QueueQuery
    /// Whether a program is to read the answer.
    public var isJSON: Bool

    public init(_ verb: Verb, _ query: QueueQuery, isJSON: Bool) {
        self.verb = verb
        self.query = query
        self.isJSON = isJSON
    }

    var line: String {
        let fields: [(String, String?)] = [
            ("message", query.message), ("sender", query.sender), ("recipient", query.recipient),
            ("domain", query.domain), ("state", query.state?.rawValue), ("age", query.age.map(String.init)),
            ("words", query.words), ("json", isJSON ? "1" : nil),
        ]
        let words = fields.compactMap { key, value in value.map { "\(key)=\(PercentText.encode($0))" } }
        return (["queue", verb.rawValue] + words).joined(separator: " ")
    }

    /// Nil where the line is no request of ours.
    init?(line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2, words[0] == "queue", let verb = Verb(rawValue: String(words[1])) else { return nil }
        self.init(verb, QueueQuery(), isJSON: false)
        for word in words.dropFirst(2) {
            guard let equals = word.firstIndex(of: "="),
                let value = PercentText.decode(word[word.index(after: equals)...]),
                take(word[..<equals], value)
            else { return nil }
        }
    }

    /// Whether it is a field that we know.
    private mutating func take(_ key: Substring, _ value: String) -> Bool {
        switch key {
        case "message": query.message = value
        case "sender": query.sender = value
        case "recipient": query.recipient = value
        case "domain": query.domain = value
        case "words": query.words = value
        case "state":
            query.state = QueueQuery.State(rawValue: value)
            return query.state != nil
        case "age":
            query.age = QueueQuery.seconds(value)
            return query.age != nil
        case "json": isJSON = value == "1"
        default: return false
        }
        return true
    }

    /// Asks the server that serves a directory.
    ///
    /// - Returns: what to print, and the exit status.
    public func ask(directory: String) -> (text: String, status: Int32) {
        let line = line
        guard line.utf8.count < Self.longest else { return ("What is looked for is too long.", 64) }
        return ControlClient.ask(line, directory: directory)
    }
}

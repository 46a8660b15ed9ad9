/// What `relay_dest_domains.ini` says of one domain: `{"action":"accept","nexthop":"mx.example.org:25"}`.
struct Destination: Equatable, Sendable {
    enum Action: String, CaseIterable {
        case accept
        case `continue`
        case deny
    }

    /// Nil leaves the recipient to the other plugins.
    let action: Action?

    /// "host", "host:port" or "[v6]:port".
    let nextHop: String?

    /// What is wrong with a line.
    struct Wrong: Error, Equatable {
        let sentence: String
    }

    init(_ text: String) throws(Wrong) {
        guard let members = FlatObject.members(of: text) else {
            throw Wrong(
                sentence: #"is no JSON object of texts; write e.g. {"action":"accept","nexthop":"192.0.2.1:25"}"#
            )
        }
        if let unknown = members.keys.sorted().first(where: { $0 != "action" && $0 != "nexthop" }) {
            throw Wrong(sentence: "has the unknown key \"\(unknown)\"; allowed are action and nexthop")
        }
        action = try members["action"].map(Self.action)
        nextHop = try members["nexthop"].map(Self.nextHop)
    }

    private static func action(_ text: String) throws(Wrong) -> Action {
        guard let action = Action(rawValue: text) else {
            throw Wrong(sentence: "has the action \"\(text)\", but must have accept, continue or deny")
        }
        return action
    }

    private static func nextHop(_ text: String) throws(Wrong) -> String {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") }
        // A colon outside of brackets comes before a port.
        let end = text.hasPrefix("[") ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex { $0 == ":" }
        let afterHost = text[(end ?? text.endIndex)...]
        let isClosed = !text.hasPrefix("[") || end != nil
        let hasPort = afterHost.isEmpty || (afterHost.first == ":" && isPort(afterHost.dropFirst()))
        guard !text.isEmpty, text.first != ":", isPlain, isClosed, hasPort else {
            throw Wrong(sentence: "has the nexthop \"\(text)\", but must have HOST, HOST:PORT or [IPv6]:PORT")
        }
        return text
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { 0x30...0x39 ~= $0 } && Int(text).map { 1...65535 ~= $0 } ?? false
    }
}

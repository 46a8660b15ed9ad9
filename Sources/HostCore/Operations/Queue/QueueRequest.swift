internal import DNS
internal import Mail
internal import Wire

/// What a command asks the running server about its queue: one line of the control socket.
///
/// `queue retry domain=x.example words=mailbox%20full`: whatever isn't plain is a `%NN` of its byte, so that no argument
/// can be taken for another.
public struct QueueRequest: Sendable, Equatable {
    public enum Verb: String, Sendable, CaseIterable {
        case retry, hold, release, delete, undelete, purge, redirect, bounce, flush
        /// Only looks: for who may use the socket and not read the files.
        case list, show, why, stats

        /// Whether mail is due at once.
        var makesDue: Bool {
            switch self {
            case .retry, .flush, .release, .undelete, .redirect: true
            case .hold, .delete, .purge, .bounce, .list, .show, .why, .stats: false
            }
        }

        var isLook: Bool {
            switch self {
            case .list, .show, .why, .stats: true
            case .retry, .hold, .release, .delete, .undelete, .purge, .redirect, .bounce, .flush: false
            }
        }
    }

    /// What the control socket reads of a question.
    static let longest = 1024

    public var verb: Verb
    public var query: QueueQuery
    /// Whether a program is to read the answer.
    public var isJSON: Bool
    /// For ``Verb/redirect``: the address that gets the mail.
    public var to: String?
    /// For ``Verb/redirect``: the domain, or the address in brackets, whose hosts get the mail.
    public var via: String?
    /// For ``Verb/bounce``: what the sender is told.
    public var reason: String?
    /// For ``Verb/list``: lines at most; 0 is all.
    public var limit: Int?

    public init(_ verb: Verb, _ query: QueueQuery, isJSON: Bool) {
        self.verb = verb
        self.query = query
        self.isJSON = isJSON
    }

    var line: String {
        let fields: [(String, String?)] = [
            ("message", query.message), ("sender", query.sender), ("recipient", query.recipient),
            ("domain", query.domain), ("state", query.state?.rawValue), ("age", query.age.map(String.init)),
            ("words", query.words), ("to", to), ("via", via), ("reason", reason), ("limit", limit.map(String.init)),
            ("json", isJSON ? "1" : nil),
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
        case "to": to = value
        case "via": via = value
        case "reason": reason = value
        case "state":
            query.state = QueueQuery.State(rawValue: value)
            return query.state != nil
        case "age":
            query.age = QueueQuery.seconds(value)
            return query.age != nil
        case "limit":
            limit = Int(value)
            return limit != nil
        case "json": isJSON = value == "1"
        default: return false
        }
        return true
    }

    /// Where ``Verb/redirect`` sends mail; nil where it isn't said, or can't be.
    var target: Target? {
        switch (to, via) {
        case (let to?, nil): Self.address(to).map(Target.address)
        case (nil, let via?): Self.destination(via.lowercased()).map(Target.destination)
        default: nil
        }
    }

    enum Target {
        case address(Address)
        case destination(String)

        /// The destination of what is sent there.
        var domain: String {
            switch self {
            case .address(let address): address.domain.lowercased()
            case .destination(let name): name
            }
        }
    }

    private static func address(_ text: String) -> Address? {
        let bare = text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
        guard let address = try? Address(parsing: bare, allowing: [.utf8]), !address.domain.isEmpty else { return nil }
        return address
    }

    private static func destination(_ text: String) -> String? {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return (try? Name(text)) == nil ? nil : text }
        let inner = String(text.dropFirst().dropLast())
        let address = inner.hasPrefix("ipv6:") ? String(inner.dropFirst(5)) : inner
        return IPAddress(address) == nil ? nil : text
    }

    /// What is wrong with it, as a sentence for who gave the command; nil where nothing is.
    public var fault: String? {
        switch verb {
        case .redirect where target == nil:
            to.map { "'\(SafeText.shown($0))' is no address to redirect mail to." }
                ?? via.map { "'\(SafeText.shown($0))' is neither a domain nor an address such as [192.0.2.1]." }
                ?? "Say where it is to go: --to ADDRESS or --via DOMAIN."
        case .bounce where reason?.isEmpty ?? true: "Say what the sender is to be told: --reason TEXT."
        default: line.utf8.count < Self.longest ? nil : "What is looked for is too long."
        }
    }

    /// Asks the server that serves a directory.
    ///
    /// - Returns: what to print, and the exit status.
    public func ask(directory: String) -> (text: String, status: Int32) {
        if let fault { return (fault, 64) }
        return ControlClient.ask(line, directory: directory)
    }
}

/// What the host that decided about a recipient said last, or what went wrong with it, taken apart.
struct LastReply {
    /// Of that host alone.
    let words: String
    /// Of a reply; nil where no host replied, so that the words are this server's own.
    let code: Int?
    /// RFC 3463; empty where the reply had none.
    let enhanced: [Int]
    /// How far the conversation had come, such as `RCPT`.
    let step: String?
    private let lowercase: String

    /// - Parameters:
    ///   - reply: as the queue has it; that of several hosts is `HOST: WORDS; HOST: WORDS`.
    ///   - host: the one that decided.
    init(_ reply: String, host: String?) {
        var rest = reply[...]
        if let host, !host.isEmpty {
            let mark = reply.ranges(of: "\(host): ").last { range in
                range.lowerBound == reply.startIndex || reply[..<range.lowerBound].hasSuffix("; ")
            }
            if let mark { rest = reply[mark.upperBound...] }
        }
        (rest, step) = Self.split(rest)
        words = String(rest)
        lowercase = words.lowercased()
        var parts = rest.split(separator: " ", maxSplits: 2)[...]
        let number = parts.popFirst().flatMap { $0.utf8.count == 3 ? Int($0) : nil }
        code = number.flatMap { (200...599).contains($0) ? $0 : nil }
        enhanced = code == nil ? [] : parts.first.map(Self.enhanced) ?? []
    }

    /// The words, and the step that stands in brackets behind them.
    private static func split(_ text: Substring) -> (Substring, String?) {
        guard text.last == ")", let open = text.lastIndex(of: "(") else { return (text, nil) }
        let inner = text[text.index(after: open)...].dropLast()
        let before = text[..<open]
        if inner.hasPrefix("in reply to ") { return (trimmed(before), String(inner.dropFirst(12))) }
        let steps = [
            "greeting", "hello", "STARTTLS", "TLS handshake", "AUTH", "pause", "MAIL", "RCPT", "DATA", "message",
            "end of the message", "RSET", "QUIT",
        ]
        return steps.contains(String(inner)) ? (trimmed(before), String(inner)) : (text, nil)
    }

    private static func trimmed(_ text: Substring) -> Substring { text.hasSuffix(" ") ? text.dropLast() : text }

    private static func enhanced(_ word: Substring) -> [Int] {
        let numbers = word.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        let known = numbers.compactMap(\.self)
        return known.count == 3 && numbers.count == 3 && [2, 4, 5].contains(known[0]) ? known : []
    }

    /// Whether one of these words stands in it, in any case; they are lower case here.
    func says(_ texts: String...) -> Bool { texts.contains { lowercase.contains($0) } }

    /// Whether this server says it, and not a host.
    var isOurs: Bool { code == nil }

    /// Whether a host has replied with one of these codes.
    func isReply(_ codes: Int...) -> Bool { code.map(codes.contains) ?? false }

    /// Whether its status is of this kind, whatever its class: RFC 3463.
    func isAbout(_ subject: Int, _ details: Int...) -> Bool {
        enhanced.count == 3 && enhanced[1] == subject && details.contains(enhanced[2])
    }
}

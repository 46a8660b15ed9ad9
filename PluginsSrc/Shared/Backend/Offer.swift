/// What a server offers in its answer to EHLO: RFC 5321 §4.1.1.1.
package struct Offer: Sendable {
    /// Each keyword's parameters, all in upper case.
    private let words: [String: [String]]

    package init(_ reply: RemoteReply) {
        var words: [String: [String]] = [:]
        for line in reply.lines.dropFirst() {
            // Some speak the old form `AUTH=PLAIN LOGIN`.
            let parts = line.uppercased().split { $0 == " " || $0 == "=" }.map(String.init)
            guard let keyword = parts.first else { continue }
            words[keyword, default: []] += parts.dropFirst()
        }
        self.words = words
    }

    package func has(_ keyword: String) -> Bool { words[keyword] != nil }

    package func parameters(_ keyword: String) -> [String] { words[keyword] ?? [] }
}

/// A server's reply: a code and its lines without codes.
package struct RemoteReply: Sendable {
    package let code: Int
    package let lines: [Substring]

    /// How many lines a reply may have.
    private static let lineLimit = 200

    /// Reads one whole reply (RFC 5321 §4.2.1).
    package static func read(from line: some RemoteLine) async throws -> RemoteReply {
        var lines: [Substring] = []
        var first: Int?
        while lines.count < lineLimit {
            let text = try await line.readLine()
            guard let code = code(of: text), code == first ?? code else {
                throw RemoteFault("said something that is no SMTP reply")
            }
            first = code
            let rest = text.dropFirst(3)
            lines.append(rest.dropFirst())
            if rest.isEmpty || rest.hasPrefix(" ") { return RemoteReply(code: code, lines: lines) }
            guard rest.hasPrefix("-") else { throw RemoteFault("said something that is no SMTP reply") }
        }
        throw RemoteFault("gave a reply of more than \(lineLimit) lines")
    }

    private static func code(of text: String) -> Int? {
        let digits = text.utf8.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }), let code = Int(text.prefix(3)),
            (200...599).contains(code)
        else { return nil }
        return code
    }

    package var isPositive: Bool { code < 400 }
    package var isTemporary: Bool { (400...499).contains(code) }
}

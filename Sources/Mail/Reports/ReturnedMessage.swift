/// The message that a report is about, as far as it is at hand: what its sender may get back.
public struct ReturnedMessage: Sendable, Equatable {
    public var header: HeaderBlock
    /// What stands behind the header's empty line; nil where it wasn't read, so that only the header comes back.
    public var body: [UInt8]?
    /// Whether it came with BODY=BINARYMIME; its text isn't given back, since few hosts could take that.
    public var isBinary: Bool

    public init(header: HeaderBlock, body: [UInt8]? = nil, isBinary: Bool = false) {
        self.header = header
        self.body = body
        self.isBinary = isBinary
    }

    /// A whole message.
    public init(_ message: [UInt8], isBinary: Bool = false) {
        let end = HeaderBlock.end(of: message.span) ?? message.count
        self.init(header: HeaderBlock(Array(message[..<end])), body: Array(message[end...]), isBinary: isBinary)
    }

    /// Its subject in plain words; "" where it has none.
    var subject: String { value(of: "Subject").map { SafeText.oneLine(EncodedWords.decode($0)) } ?? "" }

    /// Its Message-ID with angle brackets, if it is one: RFC 5322 §3.6.4.
    var messageID: String? {
        guard let value = value(of: "Message-ID"), value.utf8.count <= 900, value.hasPrefix("<"), value.hasSuffix(">")
        else { return nil }
        let inside = value.dropFirst().dropLast().utf8
        let isPlain = inside.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }
        return isPlain && !inside.isEmpty ? value : nil
    }

    private func value(of name: String) -> String? {
        guard let range = header.value(of: name) else { return nil }
        return SafeText.oneLine(header.bytes.span.repairedText(range).replacing("\r\n", with: ""))
    }

    /// The header fields without the empty line, no more of them than there is room for.
    func fields(limit: Int) -> [UInt8] {
        var end = 0
        HeaderBlock.walk(header.bytes.span) { field in
            guard field.whole.upperBound <= limit else { return false }
            end = field.whole.upperBound
            return true
        }
        return Array(header.bytes[..<end])
    }
}

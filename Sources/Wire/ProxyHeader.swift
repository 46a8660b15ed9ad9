/// What a proxy tells in its first bytes about the connection that it has taken for us.
///
/// HAProxy's "The PROXY protocol", versions 1 and 2, as of 2020/03/05: a value, without a socket.
public enum ProxyHeader: Sendable, Equatable {
    case needMore
    /// `length` bytes belong to it. Without addresses the connection's own are meant: `LOCAL`, `UNKNOWN`, `UNSPEC`.
    case header(length: Int, source: PeerAddress?, destination: PeerAddress?)
    /// Why it is none, as a sentence.
    case malformed(String)

    /// Looks at all bytes that have come since the connection began.
    public static func parse(_ bytes: Span<UInt8>) -> ProxyHeader {
        guard bytes.count > 0 else { return .needMore }
        if begins(bytes, binarySignature) { return binary(bytes) }
        if begins(bytes, textSignature) { return text(bytes) }
        return .malformed("The connection does not begin with a PROXY header.")
    }

    static let binarySignature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]
    static let textSignature = Array("PROXY ".utf8)

    /// Whether the bytes are a signature, or may become it.
    private static func begins(_ bytes: Span<UInt8>, _ signature: [UInt8]) -> Bool {
        for place in 0..<min(bytes.count, signature.count) where bytes[place] != signature[place] { return false }
        return true
    }
}

/// The first message of a SCRAM client: how it binds, who it is, and its half of the nonce.
struct ScramClientFirst {
    /// The GS2 header as sent, which the last message repeats.
    let header: [UInt8]
    let binding: GS2Header.Binding
    let user: String
    let nonce: [UInt8]
    /// The rest of it, which both sides sign.
    let bare: [UInt8]

    private static let longestNonce = 1024

    init(_ message: [UInt8]) throws(SASLExchange.Failure) {
        let gs2 = try GS2Header(message)
        header = Array(message[..<gs2.end])
        binding = gs2.binding
        bare = Array(message[gs2.end...])
        let parts = try ScramMessage(message[gs2.end...], beginsWith: "nr")
        user = try SASLName.read(GS2Header.unescaped(parts.value(0)))
        nonce = Array(parts.value(1))
        guard nonce.count <= Self.longestNonce, nonce.allSatisfy(Self.isPrintable) else {
            throw .malformed("SCRAM's nonce is not printable ASCII, or too long")
        }
        try SASLName.check(authorization: gs2.authorization, of: user)
    }

    /// RFC 5802 §7: `printable`, the comma being a separator.
    private static func isPrintable(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }
}

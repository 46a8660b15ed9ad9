/// One TLSA record: which certificate or key a host may show (RFC 6698 §2.1).
///
/// The room TLS has a `TLSARecord` of the same four parts, and judges it.
public struct HostKey: Hashable, Sendable {
    /// 2 for DANE-TA, 3 for DANE-EE; SMTP takes no other (RFC 7672 §3.1.3).
    public let usage: UInt8
    /// 0 for the certificate, 1 for its key.
    public let selector: UInt8
    /// 0 for the whole, 1 for SHA-256, 2 for SHA-512.
    public let matching: UInt8
    /// Never empty.
    public let data: [UInt8]

    public init(usage: UInt8, selector: UInt8, matching: UInt8, data: [UInt8]) {
        self.usage = usage
        self.selector = selector
        self.matching = matching
        self.data = data
    }
}

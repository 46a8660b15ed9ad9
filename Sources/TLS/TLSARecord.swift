/// A record of the DNS that says which certificate a server shows: RFC 6698 §2.1.
public struct TLSARecord: Sendable, Hashable, CustomStringConvertible {
    /// 2 names an authority (DANE-TA), 3 the certificate itself (DANE-EE).
    public var usage: UInt8
    /// 0 is the whole certificate, 1 its public key.
    public var selector: UInt8
    /// 0 is the thing itself, 1 its SHA-256, 2 its SHA-512.
    public var matching: UInt8
    public var data: [UInt8]

    public init(usage: UInt8, selector: UInt8, matching: UInt8, data: [UInt8]) {
        self.usage = usage
        self.selector = selector
        self.matching = matching
        self.data = data
    }

    /// The beginning of the record as a zone has it, for the log: `3 1 1 8d02536c...`.
    public var description: String {
        let digits = data.prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return "\(usage) \(selector) \(matching) \(digits.joined())\(data.count > 8 ? "..." : "")"
    }

    /// Whether mail servers use it: what other authorities think counts for nothing among them (RFC 7672 §3.1.3).
    var isForMail: Bool { usage == 2 || usage == 3 }

    /// Whether a certificate can be held against it at all: RFC 7672 §3.1.
    public var isUsable: Bool {
        guard isForMail, selector <= 1 else { return false }
        return switch matching {
        case 0: !data.isEmpty
        case 1: data.count == 32
        case 2: data.count == 64
        default: false
        }
    }
}

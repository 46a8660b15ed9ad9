/// The type of a record, by its number (RFC 1035 §3.2.2).
public struct RecordType: Hashable, Sendable {
    public let number: UInt16

    public init(number: UInt16) {
        self.number = number
    }

    public static let a = RecordType(number: 1)
    public static let ns = RecordType(number: 2)
    public static let cname = RecordType(number: 5)
    public static let ptr = RecordType(number: 12)
    public static let mx = RecordType(number: 15)
    public static let txt = RecordType(number: 16)
    /// RFC 3596.
    public static let aaaa = RecordType(number: 28)
    /// RFC 4034.
    public static let dnskey = RecordType(number: 48)
    /// RFC 6698.
    public static let tlsa = RecordType(number: 52)
}

extension RecordType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .a: "A"
        case .ns: "NS"
        case .cname: "CNAME"
        case .ptr: "PTR"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .dnskey: "DNSKEY"
        case .tlsa: "TLSA"
        default: "TYPE\(number)"  // RFC 3597 §5
        }
    }
}

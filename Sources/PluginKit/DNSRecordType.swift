/// A type of DNS record, by its number: RFC 1035 §3.2.2.
public struct DNSRecordType: RawRepresentable, Sendable, Hashable {
    public var rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let a = DNSRecordType(rawValue: Int32(HK_DNS_A))
    public static let aaaa = DNSRecordType(rawValue: Int32(HK_DNS_AAAA))
    public static let mx = DNSRecordType(rawValue: Int32(HK_DNS_MX))
    public static let ptr = DNSRecordType(rawValue: Int32(HK_DNS_PTR))
    public static let txt = DNSRecordType(rawValue: Int32(HK_DNS_TXT))
    public static let tlsa = DNSRecordType(rawValue: Int32(HK_DNS_TLSA))
}

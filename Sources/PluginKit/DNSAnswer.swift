/// What DNS said.
public struct DNSAnswer: Sendable, Equatable {
    public enum Security: Sendable, Equatable {
        case insecure
        /// DNSSEC proves it, also that there is nothing.
        case secure
        /// It contradicts its signatures, and there are no records to use.
        case bogus
    }

    /// 0, 2 SERVFAIL, 3 NXDOMAIN; -1: no answer in time.
    public var code: Int
    public var timeToLive: Duration
    public var security: Security
    /// In presentation form: "192.0.2.1", "10 mx.example.org."; of TXT the strings, joined, bytes that are not UTF-8 as U+FFFD.
    public var records: [String]

    /// The name exists, whether or not it has such records.
    public var isFound: Bool { code == 0 }
    /// There is no such name.
    public var isNoSuchName: Bool { code == 3 }

    init(_ given: UnsafePointer<hk_dns_answer>) {
        code = unsafe Int(given.pointee.rcode)
        timeToLive = unsafe .seconds(Int64(given.pointee.ttl))
        security =
            switch Int(unsafe given.pointee.security) {
            case HK_DNS_SECURE: .secure
            case HK_DNS_BOGUS: .bogus
            default: .insecure
            }
        let all = unsafe UnsafeBufferPointer(start: given.pointee.records, count: Int(given.pointee.count))
        records = all.indices.map { unsafe String(all[$0]) }
    }
}

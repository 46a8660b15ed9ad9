/// What DNS said to a plugin's question.
public struct DNSReply: Sendable, Equatable {
    public enum Security: Int32, Sendable {
        case insecure = 0
        case secure = 1
        case bogus = 2
    }

    /// RFC 1035 §4.1.1; -1: no answer in time.
    public var code: Int32
    public var timeToLive: UInt32
    public var security: Security
    /// In presentation form; of TXT the strings, joined.
    public var records: [[UInt8]]

    public init(code: Int32, timeToLive: UInt32 = 0, security: Security = .insecure, records: [[UInt8]] = []) {
        self.code = code
        self.timeToLive = timeToLive
        self.security = security
        self.records = records
    }

    static let nothing = DNSReply(code: -1)
}

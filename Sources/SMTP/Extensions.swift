/// Extensions that the session itself knows.
public struct Extensions: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// RFC 2920.
    public static let pipelining = Extensions(rawValue: 1)
    /// RFC 1870.
    public static let size = Extensions(rawValue: 2)
    /// RFC 6152.
    public static let eightBitMIME = Extensions(rawValue: 4)
    /// RFC 6531.
    public static let smtputf8 = Extensions(rawValue: 8)
    /// RFC 2034.
    public static let enhancedStatusCodes = Extensions(rawValue: 16)
}

/// Extensions that the session itself knows.
public struct Extensions: OptionSet, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// RFC 2920.
    public static let pipelining = Extensions(rawValue: 1)
    /// RFC 1870.
    public static let size = Extensions(rawValue: 1 << 1)
    /// RFC 6152.
    public static let eightBitMIME = Extensions(rawValue: 1 << 2)
    /// RFC 6531; not without ``eightBitMIME``.
    public static let smtputf8 = Extensions(rawValue: 1 << 3)
    /// RFC 2034.
    public static let enhancedStatusCodes = Extensions(rawValue: 1 << 4)
    /// RFC 3207; offered where ``Policy/startTLS`` says so.
    public static let startTLS = Extensions(rawValue: 1 << 5)
    /// RFC 4954; offered with the ``Policy/mechanisms``.
    public static let auth = Extensions(rawValue: 1 << 6)
    /// RFC 3030: BDAT.
    public static let chunking = Extensions(rawValue: 1 << 7)
    /// RFC 3030: BODY=BINARYMIME; not without ``chunking``.
    public static let binaryMIME = Extensions(rawValue: 1 << 8)
    /// RFC 3461: RET, ENVID, NOTIFY, ORCPT.
    public static let dsn = Extensions(rawValue: 1 << 9)
    /// RFC 8689; offered inside TLS only.
    public static let requireTLS = Extensions(rawValue: 1 << 10)
    /// RFC 9422.
    public static let limits = Extensions(rawValue: 1 << 11)
    /// RFC 4865: HOLDFOR, HOLDUNTIL; not without ``Policy/longestHold``.
    public static let futureRelease = Extensions(rawValue: 1 << 12)
    /// RFC 2852: BY.
    public static let deliverBy = Extensions(rawValue: 1 << 13)
    /// RFC 6710.
    public static let mtPriority = Extensions(rawValue: 1 << 14)

    /// Those that promise what happens after the session: whoever offers them must have a queue that keeps to it.
    public static let promises: Extensions = [.dsn, .requireTLS, .futureRelease, .deliverBy, .mtPriority]

    /// Every extension by the keyword that stands for it in the reply to EHLO.
    private static let keywords: [(keyword: String, extensions: Extensions)] = [
        ("PIPELINING", .pipelining), ("SIZE", .size), ("8BITMIME", .eightBitMIME), ("SMTPUTF8", .smtputf8),
        ("ENHANCEDSTATUSCODES", .enhancedStatusCodes), ("STARTTLS", .startTLS), ("AUTH", .auth),
        ("CHUNKING", .chunking), ("BINARYMIME", .binaryMIME), ("DSN", .dsn), ("REQUIRETLS", .requireTLS),
        ("LIMITS", .limits), ("FUTURERELEASE", .futureRelease), ("DELIVERBY", .deliverBy),
        ("MT-PRIORITY", .mtPriority),
    ]

    /// All of them.
    public static let all = Extensions(rawValue: (1 << 15) - 1)

    /// The extension of a keyword, in either case; nil for one that isn't known here.
    public init?(keyword: String) {
        guard let known = Self.keywords.first(where: { $0.keyword == keyword.uppercased() }) else { return nil }
        self = known.extensions
    }
}

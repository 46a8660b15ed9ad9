/// One question that the server puts to its plugins, by Haraka's name.
public struct Hook: Hashable, Sendable {
    /// Its row in ``Catalogue/rows``.
    public let index: Int

    init(_ index: Int) { self.index = index }

    public init?(named name: String) {
        guard let index = Catalogue.rows.firstIndex(where: { $0.name == name }) else { return nil }
        self.index = index
    }

    public var name: String { Catalogue.rows[index].name }
    public var row: Catalogue.Row { Catalogue.rows[index] }

    /// Whether every plugin is asked, whatever the others say.
    public var runsEvery: Bool { Self.everyMask & (1 << index) != 0 }
    /// Whether a refusal has an effect.
    public var isRefusable: Bool { Self.refusableMask & (1 << index) != 0 }
    /// Whether it tells a password or token, which goes to plugins with the right to it alone.
    var hasSecret: Bool { Self.secretMask & (1 << index) != 0 }
    /// Whether it runs also after the peer has gone.
    public var isRequired: Bool { Self.requiredMask & (1 << index) != 0 }

    /// Whether it belongs to no connection.
    public var isDetached: Bool { Self.detachedMask & (1 << index) != 0 }

    // A row holds texts and lists, which a running chain should not have to copy.
    private static let everyMask = mask { $0.run == .every }
    private static let refusableMask = mask(\.refusable)
    private static let secretMask = mask { $0.offers.contains("auth_secret") || $0.offers.contains("auth_token") }
    private static let detachedMask = mask { $0.when == .detached }
    private static let requiredMask = mask { $0.when == .required }

    private static func mask(_ holds: (Catalogue.Row) -> Bool) -> UInt64 {
        precondition(Catalogue.rows.count <= 64, "the masks have 64 bits")
        return Catalogue.rows.indices.reduce(0) { holds(Catalogue.rows[$1]) ? $0 | 1 << UInt64($1) : $0 }
    }

    public static var all: [Hook] { Catalogue.rows.indices.map(Hook.init) }

    public static let initMaster = Hook(0)
    public static let initChild = Hook(1)
    public static let connectInit = Hook(2)
    public static let lookupRDNS = Hook(3)
    public static let connect = Hook(4)
    public static let helo = Hook(5)
    public static let ehlo = Hook(6)
    public static let capabilities = Hook(7)
    public static let unrecognizedCommand = Hook(8)
    public static let vrfy = Hook(9)
    public static let noop = Hook(10)
    public static let rset = Hook(11)
    public static let mail = Hook(12)
    public static let rcpt = Hook(13)
    public static let rcptOk = Hook(14)
    public static let data = Hook(15)
    public static let dataPost = Hook(16)
    public static let maxDataExceeded = Hook(17)
    public static let queue = Hook(18)
    public static let queueOutbound = Hook(19)
    public static let queueOk = Hook(20)
    public static let quit = Hook(21)
    public static let resetTransaction = Hook(22)
    public static let disconnect = Hook(23)
    public static let deny = Hook(24)
    public static let log = Hook(25)
    public static let authLookup = Hook(26)
    public static let authVerify = Hook(27)
    public static let authToken = Hook(28)
    public static let preSendTransEmail = Hook(29)
    public static let sendEmail = Hook(30)
    public static let getMX = Hook(31)
    public static let delivered = Hook(32)
    public static let deferred = Hook(33)
    public static let bounce = Hook(34)
}

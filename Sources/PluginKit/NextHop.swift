/// A host that mail is given to, and how: `NextHop("mx.example.org")`, `NextHop("/run/lmtp.sock", isLMTP: true)`.
public struct NextHop: Sendable, Equatable {
    /// How TLS is used.
    public enum TLS: Int32, Sendable {
        /// Where the host offers it, whatever its certificate.
        case opportunistic = 0
        case off = 1
        case required = 2
        /// With a certificate for the host by an authority that the system trusts.
        case verified = 3
    }

    /// A name, an IP address, the path of a unix socket; with ``usesMailHosts`` a domain.
    public var host: String
    /// 0: 25, LMTP 24, with TLS first 465.
    public var port: Int
    public var tls = TLS.opportunistic
    public var isLMTP: Bool
    /// TLS begins with the first byte.
    public var beginsWithTLS = false
    /// The hosts that the domain's MX records name.
    public var usesMailHosts = false
    /// No host: the server's own plugins of hook `queue` take the message; in `get_mx` only, and alone.
    public private(set) var isOwnQueue = false
    /// Addresses to connect from; empty: the system chooses.
    public var sources: [String] = []
    /// What the server calls itself; nil: its name.
    public var hello: String?
    /// With the password: AUTH comes first.
    public var user: String?
    public var password: String?
    /// The SASL mechanism; nil: the strongest that both sides have.
    public var mechanism: String?

    public init(_ host: String, port: Int = 0, isLMTP: Bool = false) {
        self.host = host
        self.port = port
        self.isLMTP = isLMTP
    }

    /// The server's own plugins of hook `queue`, for mail of its own domains: in `get_mx` only, and alone.
    public static var ownQueue: NextHop {
        var hop = NextHop("")
        hop.isOwnQueue = true
        return hop
    }

    /// Reads "host", "host:port", "192.0.2.1:port", "[2001:db8::1]:port" or a path; "lmtp://" before it makes it LMTP.
    ///
    /// Nil when the text is none of these.
    public init?(parsing text: String) {
        var rest = text[...]
        let isLMTP = rest.hasPrefix("lmtp://")
        if isLMTP { rest = rest.dropFirst(7) }
        if rest.hasPrefix("smtp://") { rest = rest.dropFirst(7) }
        guard !rest.isEmpty, rest.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        if rest.hasPrefix("/") {
            self.init(String(rest), isLMTP: isLMTP)
            return
        }
        var host = rest
        var port: Substring?
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            host = rest[rest.index(after: rest.startIndex)..<end]
            let behind = rest[rest.index(after: end)...]
            guard behind.isEmpty || behind.hasPrefix(":") else { return nil }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else if let colon = rest.firstIndex(of: ":"), rest.lastIndex(of: ":") == colon {
            (host, port) = (rest[..<colon], rest[rest.index(after: colon)...])
        }
        guard !host.isEmpty else { return nil }
        guard let port else {
            self.init(String(host), isLMTP: isLMTP)
            return
        }
        guard let number = Int(port), (1...65_535).contains(number) else { return nil }
        self.init(String(host), port: number, isLMTP: isLMTP)
    }

    /// Lends hops as the contract has them.
    static func lend<R>(_ hops: [NextHop], _ body: (UnsafePointer<hk_next_hop>?, UInt32) -> R) -> R {
        var texts = TextArena()
        let places = hops.map { hop in
            [
                hop.isOwnQueue ? nil : hop.host, hop.sources.isEmpty ? nil : hop.sources.joined(separator: ","),
                hop.hello, hop.user,
                hop.password, hop.mechanism,
            ].map { texts.add($0) }
        }
        return unsafe texts.lend { view in
            let given = unsafe zip(hops, places).map { hop, places in
                unsafe hk_next_hop(
                    struct_size: UInt32(MemoryLayout<hk_next_hop>.size),
                    flags: hop.flags,
                    host: view(places[0]),
                    port: Int32(clamping: hop.port),
                    tls: hop.tls.rawValue,
                    source: view(places[1]),
                    hello: view(places[2]),
                    user: view(places[3]),
                    password: view(places[4]),
                    mechanism: view(places[5])
                )
            }
            return unsafe given.withUnsafeBufferPointer { unsafe body($0.baseAddress, UInt32(given.count)) }
        }
    }

    private var flags: UInt32 {
        (isLMTP ? UInt32(HK_NH_LMTP) : 0) | (beginsWithTLS ? UInt32(HK_NH_TLS_FIRST) : 0)
            | (usesMailHosts ? UInt32(HK_NH_MX) : 0) | (isOwnQueue ? UInt32(HK_NH_QUEUE) : 0)
    }
}

internal import System

/// How a resolver finds answers and which it believes.
public struct ResolverSettings: Hashable, Sendable {
    /// Whom it asks.
    public enum Upstream: Hashable, Sendable {
        /// The name servers of a file like `/etc/resolv.conf`.
        case resolvConf(String)
        /// These: addresses, a port other than 53 after `@`, as in `127.0.0.1@5353`.
        case forwarders([String])
        /// The servers of each zone itself, from the root down.
        case zoneServers
        /// Nobody: what no zone of these settings says isn't there.
        case nobody
    }

    /// Which keys DNSSEC begins with.
    public enum TrustAnchors: Hashable, Sendable {
        /// The root's keys as Debian's package dns-root-data has them; without that file nothing is validated.
        case system
        /// A file with DS or DNSKEY records.
        case file(String)
        /// DS or DNSKEY records in presentation format.
        case records([String])
        /// None: no answer is secure, none is bogus.
        case none
    }

    /// Where Debian's dns-root-data puts the root's keys.
    public static let systemAnchorFile = "/usr/share/dns/root.key"

    public var upstream = Upstream.resolvConf("/etc/resolv.conf")
    /// With forwarders that strip signatures every signed answer is bogus: name others, or take `.none`.
    public var trustAnchors = TrustAnchors.system
    /// Domains, with all below them, whose answers are taken unsigned.
    public var insecureDomains: [String] = []
    /// A file like `/etc/hosts`, which then goes before DNS; nil for none.
    public var hostsFile: String?
    /// About how many bytes the answers that are kept may take.
    public var cacheBytes = 32 << 20
    /// How many questions may be on the way to servers at once, one socket each; others wait in line.
    public var sockets = 512
    /// Zones that are answered from these settings.
    public var localZones: [LocalZone] = []
    /// Zones that are answered, and validated, from master files.
    public var zoneFiles: [ZoneFile] = []

    public init() {}

    /// Answers from these records and from nothing else, for tests: no packet leaves the process.
    ///
    /// A line is `mx.example. 300 IN A 192.0.2.1`. What isn't listed doesn't exist.
    public static func zone(_ lines: [String]) -> ResolverSettings {
        var settings = ResolverSettings()
        settings.upstream = .nobody
        settings.trustAnchors = .none
        settings.localZones = [LocalZone(".", .closed, records: lines)]
        return settings
    }

    /// Finds out whether a resolver would take them; nobody is asked anything.
    ///
    /// - Throws: the first setting that it wouldn't take.
    public func check() throws(SettingsError) { _ = try LibraryContext(self) }

    /// Whether answers are checked against their signatures.
    public var validates: Bool {
        switch trustAnchors {
        case .system: Self.hasSystemAnchors
        case .file, .records: true
        case .none: false
        }
    }

    private static var hasSystemAnchors: Bool {
        (try? FileDescriptor.open(systemAnchorFile)) != nil
    }
}

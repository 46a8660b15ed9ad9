import Testing

@testable import DNS

@Suite struct ResolverSettingsTests {
    static func settings(_ change: (inout ResolverSettings) -> Void) -> ResolverSettings {
        var settings = ResolverSettings.zone([])
        change(&settings)
        return settings
    }

    static let rows: [(ResolverSettings, String, String, String)] = [
        (settings { $0.upstream = .forwarders(["mx.example"]) }, "forward-addr", "mx.example", ""),
        (settings { $0.upstream = .forwarders(["127.0.0.1\u{0}"]) }, "forward-addr", "127.0.0.1\u{0}", "a NUL"),
        (settings { $0.upstream = .resolvConf("/nowhere/resolv.conf") }, "resolv.conf", "/nowhere/resolv.conf", ""),
        (settings { $0.hostsFile = "/nowhere/hosts" }, "hosts-file", "/nowhere/hosts", ""),
        (settings { $0.trustAnchors = .records(["example. IN DS gaga"]) }, "settings", "", "trust anchor"),
        (settings { $0.trustAnchors = .file("/nowhere/key") }, "settings", "", "/nowhere/key"),
        (settings { $0.localZones = [LocalZone("a..b", .closed)] }, "local-zone", "a..b", ""),
        (ResolverSettings.zone(["mx 300 IN A 192.0.2.256"]), "local-data", "mx 300 IN A 192.0.2.256", ""),
        (
            settings { $0.zoneFiles = [ZoneFile(name: "example", path: "/nowhere/zone")] }, "zonefile", "/nowhere/zone",
            "No such file"
        ),
        (settings { $0.zoneFiles = [ZoneFile(name: "a\"b", path: "/dev/null")] }, "zonefile", "/dev/null", "quote"),
    ]

    @Test(arguments: rows)
    func `a bad setting is told with libunbound's reason`(
        settings: ResolverSettings,
        setting: String,
        value: String,
        words: String
    ) throws {
        let error = try #require(throws: SettingsError.self) { try Resolver(settings) }
        #expect(error.setting == setting)
        #expect(error.value == value)
        #expect(!error.reason.isEmpty && error.reason.contains(words), "\(error)")
    }

    @Test func `every setting together is taken`() throws {
        let settings = Self.settings {
            $0.upstream = .forwarders(["127.0.0.1@5353", "::1@5353"])
            $0.trustAnchors = .system
            $0.insecureDomains = ["corp.example"]
            $0.cacheBytes = 1 << 20
            $0.sockets = 100
        }
        let resolver = try Resolver(settings)
        resolver.stop()
    }

    @Test func `validation follows the anchors`() {
        #expect(!ResolverSettings.zone([]).validates)
        #expect(Self.settings { $0.trustAnchors = .records(["x"]) }.validates)
    }
}

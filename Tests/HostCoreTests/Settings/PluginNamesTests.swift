import Testing

@testable import HostCore

@Suite struct PluginNamesTests {
    /// Plugins that this server brings itself.
    private static let bundled: Set = [
        "rcpt_to.in_host_list", "queue/maildir", "queue/discard", "queue/test", "relay", "xclient",
    ]

    @Test(arguments: PluginNames.javaScript.sorted())
    func aJavaScriptPluginsNameGetsAdvice(_ name: String) throws {
        #expect(!Self.bundled.contains(name))
        let advice = try #require(PluginNames.advice(name))
        #expect(advice.contains("haraka-plugin new \(name)"))
    }

    @Test func othersGetNone() {
        for name in Self.bundled.sorted() + ["mine", "queue/mine"] { #expect(PluginNames.advice(name) == nil) }
    }

    /// What a retired name leads to is either there or known to be missing.
    @Test(arguments: Set(PluginNames.retired.values).sorted())
    func aRetiredNameLeadsToOneThatIsKnown(_ name: String) {
        #expect(Self.bundled.contains(name) || PluginNames.javaScript.contains(name))
        #expect(PluginNames.retired[name] == nil)
    }
}

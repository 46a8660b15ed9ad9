import Hooks
import System
import Testing

@testable import PluginHost

/// Generations of the same bytes.
@Suite(.enabled(if: CPlugin.missing == nil, "a C compiler is needed"))
struct InstanceStateTests {
    /// Counts in a static, and logs with the host that a static holds.
    private static let counting = #"""
        static int count;
        static char word[20];
        static int32_t f(const hk_args *a) { say("%s %d", word, ++count); return HK_V_OK; }
        static hk_status create(const hk_host *h, void **state, hk_error *err) {
            boot(h);
            hk_value v; size_t need = 0;
            config->get(H->ctx, S("p.ini:word"), &v, word, sizeof word, &need);
            word[need] = 0;
            if (word[0] == 'b') return refuse(err, "bad word");
            ON("connect", "i(args:p)", f, .flags = HK_HF_INLINE);
            return 0;
        }
        PLUGIN(HK_PF_RELOADABLE, create, NULL, NULL, NULL, NULL)
        """#

    private func loaded() throws -> (Bench, CPlugin) {
        let plugin = try CPlugin("p", Self.counting)
        let bench = Bench()
        bench.configure { $0.values["p.ini:word"] = .text("one") }
        try bench.load(plugin)
        return (bench, plugin)
    }

    private func copies(_ plugin: CPlugin) throws -> [String] {
        let (folder, name) = Files.split(plugin.image.path)
        let names = try FileDescriptor.open(folder, [.directory]).entries().map(\.name)
        return names.filter { $0.hasPrefix(name.dropLast(3)) && $0.hasSuffix(".so") && $0 != name }
    }

    @Test func `a create that refuses leaves the statics of the old generation alone`() throws {
        let (bench, plugin) = try loaded()
        let session = bench.session()
        _ = session.run(.connect)
        bench.configure { $0.values["p.ini:word"] = .text("bad") }
        #expect(throws: LoadFailure.self) { try bench.load([Bench.entry(plugin)], changed: ["p"]) }
        _ = session.run(.connect)
        _ = bench.session().run(.connect)
        #expect(bench.log.texts == ["one 1", "one 2", "one 3"])
        #expect(try copies(plugin).isEmpty)
    }

    @Test func `each generation of the same bytes has statics of its own, in a file that goes with it`() throws {
        let (bench, plugin) = try loaded()
        let old = bench.session("OLD")
        _ = old.run(.connect)
        bench.configure { $0.values["p.ini:word"] = .text("two") }
        #expect(try bench.load([Bench.entry(plugin)], changed: ["p"]).replaced == ["p"])
        #expect(try copies(plugin).count == 1)
        do {
            let new = bench.session("NEW")
            _ = new.run(.connect)
            _ = old.run(.connect)
            _ = new.run(.connect)
            new.plugins.close()
        }
        #expect(bench.log.texts == ["one 1", "two 1", "one 2", "two 2"])
        let instance = try #require(bench.host.state.withLock { $0.current.first?.instance })
        try bench.load([])
        #expect(instance.waitUntilGone(Instant.now.advanced(by: 10_000_000_000)))
        #expect(try copies(plugin).isEmpty)
        withExtendedLifetime(old) {}
    }
}

import PluginABI
import PluginKit
import Synchronization
import Testing

/// Takes part in everything.
private struct Everywhere: Plugin {
    static let id = "org.example.everywhere"
    static let version = "1"
    static var hooks: [Hook<Everywhere>] {
        [
            .initMaster(at), .initChild(at), .connectInit(at), .lookupRDNS(at), .connect(at), .helo(at), .ehlo(at),
            .capabilities(at), .unrecognizedCommand(at), .vrfy(at), .noop(at), .rset(at), .mail(at), .rcpt(at),
            .rcptOK(at), .data(at), .dataPost(at), .maxDataExceeded(at), .queue(at), .queueOutbound(at), .queueOK(at),
            .quit(at), .resetTransaction(at), .disconnect(at), .deny(at), .log(at), .authLookup(at), .authVerify(at),
            .authToken(at), .preSendTransEmail(at), .sendEmail(at), .getMX(at), .delivered(at), .deferred(at),
            .bounce(at), .named("mine")(at),
        ]
    }

    init(_ host: Host) {}

    func at<Kind>(_ call: borrowing Call<Kind>) {}
}

private struct Refusing: Plugin {
    static let id = "org.example.refusing"
    static let version = "1"
    static var hooks: [Hook<Refusing>] { [] }
    init(_ host: Host) throws { throw PluginError("mine.ini:where must be a folder, not \(host.pluginName)") }
}

private struct Unknown: Plugin {
    static let id = "org.example.unknown"
    static let version = "1"
    static var hooks: [Hook<Unknown>] { [.named("refused")(run)] }
    init(_ host: Host) {}
    func run(_ command: borrowing Command) {}
}

private final class Living: Plugin {
    static let id = "org.example.living"
    static let version = "1"
    static var flags: PluginFlags { [.serial] }
    static var hooks: [Hook<Living>] { [.connect(connect), .quit(connect)] }

    let host: Host
    let active: Bool

    init(_ host: Host) {
        self.host = host
        active = host.config.bool("living.ini:active")
    }

    var activeHooks: [Hook<Living>] { active ? Self.hooks : [] }

    func start() throws { if !active { throw PluginError("asleep") } }

    func reconfigure() {}

    func connect(_ connection: borrowing Connection) {}

    deinit { host.info("gone") }
}

@Suite struct LoadTests {
    let host = FakeHost()

    @Test func `every hook has its name in C`() throws {
        try host.load(Everywhere.self)
        let names = host.record.withLock { $0.hooks.map { $0.name } }
        #expect(
            names == [
                "init_master", "init_child", "connect_init", "lookup_rdns", "connect", "helo", "ehlo", "capabilities",
                "unrecognized_command", "vrfy", "noop", "rset", "mail", "rcpt", "rcpt_ok", "data", "data_post",
                "max_data_exceeded", "queue", "queue_outbound", "queue_ok", "quit", "reset_transaction", "disconnect",
                "deny", "log", "auth_lookup", "auth_verify", "auth_token", "pre_send_trans_email", "send_email",
                "get_mx", "delivered", "deferred", "bounce", "mine",
            ]
        )
        for name in names { #expect(host.run(name).1 == HK_V_CONT) }
    }

    @Test func `a descriptor says what the type says, at every call the same`() throws {
        let descriptor = unsafe try #require(unsafe Living.descriptor)
        #expect(unsafe descriptor == Living.descriptor)
        let plugin = unsafe descriptor.pointee
        #expect(unsafe String(cString: plugin.id.ptr).hasPrefix("org.example.living"))
        #expect(unsafe plugin.id.len == "org.example.living".utf8.count)
        #expect(unsafe (plugin.flags, plugin.abi_major, plugin.draft) == (1, 1, UInt32(HK_ABI_DRAFT)))
        #expect(unsafe Int(plugin.struct_size) == MemoryLayout<hk_plugin>.size)
    }

    @Test func `what init throws is the administrator's sentence`() {
        let refusal = FakeHost.Refusal(
            status: hk_status(HK_E_FAILED),
            text: "mine.ini:where must be a folder, not queue/fake"
        )
        #expect(throws: refusal) { try host.load(Refusing.self) }
    }

    @Test func `a hook that the host does not know refuses the plugin by the hook's name`() {
        let refusal = FakeHost.Refusal(
            status: hk_status(HK_E_NOT_FOUND),
            text: "hook refused: not found (HK_E_NOT_FOUND)"
        )
        #expect(throws: refusal) { try host.load(Unknown.self) }
    }

    @Test func `the configuration may decide which hooks are taken, and start may refuse`() throws {
        try host.load(Living.self)
        #expect(host.record.withLock { $0.hooks.count } == 0)
        #expect(host.start() == HK_E_FAILED)
    }

    @Test func `destroy lets the instance go`() throws {
        host.record.withLock { $0.config["living.ini:active"] = "Yes" }
        try host.load(Living.self)
        #expect(host.start() == HK_OK)
        #expect(host.reconfigure() == HK_OK)
        #expect(host.record.withLock { $0.hooks.count } == 2)
        host.destroy()
        #expect(host.record.withLock { $0.logs } == ["6 0 gone"])
    }

    @Test func `a plugin without a reconfigure of its own says so`() throws {
        try host.load(Everywhere.self)
        #expect(host.reconfigure() == HK_E_UNSUPPORTED)
    }
}

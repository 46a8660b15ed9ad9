import Foundation
import Hooks
import Mail
import Testing

@testable import PluginHost

/// A plugin host on the bench: its log, its configuration, and sessions whose loop is the test's thread.
final class Bench: Sendable {
    let log = Log()
    let configuration = Guarded(TestConfiguration())
    let host: PluginHost

    init(
        _ timings: Timings = Timings(),
        net: (any NetService)? = nil,
        dns: (any DNSService)? = nil,
        outbound: (any OutboundService)? = nil
    ) {
        let log = log
        let slot = ConfigurationSlot()
        host = PluginHost(
            ports: HostPorts(
                log: { log.append(Log.Line(level: $0, plugin: $1, scope: $2, text: $3)) },
                configuration: { slot.value.withLock { $0 } },
                directory: "/srv/haraka",
                net: net,
                dns: dns,
                outbound: outbound,
                product: "haraka-swift",
                version: "0.1.0"
            ),
            timings: timings
        )
        self.slot = slot
    }

    private final class ConfigurationSlot: Sendable {
        let value = Guarded(TestConfiguration())
    }

    private let slot: ConfigurationSlot

    func configure(_ change: (inout TestConfiguration) -> Void) { slot.value.withLock { change(&$0) } }

    static func entry(
        _ plugin: CPlugin,
        timeout: Duration? = .seconds(10),
        onFailure: FailurePolicy = .tempfail,
        capabilities: Set<String> = [],
        breakerAfter: Int = 10
    ) -> PluginEntry {
        PluginEntry(
            name: plugin.name,
            image: plugin.image,
            timeout: timeout,
            onFailure: onFailure,
            capabilities: capabilities,
            breakerAfter: breakerAfter
        )
    }

    @discardableResult
    func load(_ entries: [PluginEntry], changed: Set<String> = [], ignoreBad: Bool = false) throws -> LoadReport {
        try host.load(entries, ignoreBad: ignoreBad, configurationChanged: changed)
    }

    @discardableResult
    func load(_ plugins: CPlugin...) throws -> LoadReport { try load(plugins.map { Self.entry($0) }) }

    func session(_ id: String = "UUID") -> TestSession { TestSession(table: host.table, id: id) }
}

/// A session whose loop is the thread that uses it.
final class TestSession {
    let plugins: PluginSession
    private let bell = Bell()

    /// Tokens that wake-ups came with.
    final class Bell: Sendable {
        private let tokens = Guarded<[UInt64]>([])
        func ring(_ token: UInt64) {
            tokens.withLock { $0.append(token) }
            tokens.announceToAll()
        }
        func wait(_ limit: Duration = .seconds(10)) -> UInt64? {
            tokens.wait(until: Instant.now.advanced(by: limit.wholeNanoseconds)) { tokens in
                tokens.isEmpty ? nil : tokens.removeFirst()
            }
        }
        var rings: Int { tokens.withLock { $0.count } }
    }

    init(table: HookTable, id: String) {
        plugins = PluginSession(table: table, id: id, loop: 0) { [bell] in bell.ring($0) }
        plugins.setRemote(ip: "192.0.2.7", port: 4321)
        plugins.setLocal(ip: "192.0.2.1", port: 25)
    }

    /// Runs a hook and waits for what it settles on.
    func run(_ hook: Hook, _ about: About = .nothing) -> Outcome {
        if let outcome = plugins.run(hook, about) { return outcome }
        return answer()
    }

    /// What the run in flight settles on.
    func answer() -> Outcome {
        while let token = bell.wait() {
            if let outcome = plugins.woken(token) { return outcome }
        }
        Issue.record("no plugin answered in ten seconds")
        return .abandoned
    }

    /// The token of the next wake-up.
    func nextWake(_ limit: Duration = .seconds(10)) -> UInt64? { bell.wait(limit) }

    /// A transaction from one sender to some recipients, without asking anybody.
    func begin(from sender: String = "alice@example.org", to recipients: [String] = []) throws {
        plugins.beginTransaction(
            id: "\(plugins.id).1",
            envelope: Envelope(sender: sender.isEmpty ? .null : try Address(parsing: sender), declaredSize: 1000)
        )
        for recipient in recipients { _ = plugins.add(Recipient(try Address(parsing: recipient))) }
    }

    func beginMessage(_ text: String, leading: String = "Received: by test\r\n") {
        plugins.beginMessage(leading: Array(leading.utf8))
        let bytes = Array(text.utf8)
        plugins.message?.append(bytes.span)
    }

    var messageText: String {
        unsafe plugins.message?.withSegments { unsafe $0.map { unsafe String(decoding: $0, as: UTF8.self) }.joined() }
            ?? ""
    }
}

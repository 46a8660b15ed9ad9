import PluginABI
import Synchronization
import Testing

@testable import PluginKit

@Suite(.timeLimit(.minutes(15))) struct NetConnectionTests {
    private let fake = FakeHost()

    private func connect(_ tls: NetTLS? = nil) async throws -> NetConnection {
        let net = try Net(fake.bareHost())
        let task = Task { try await net.connect(host: "mail.example", port: 25, tls: tls, timeout: .seconds(5)) }
        await until { !$0.net.done.isEmpty }
        fake.net(HK_NET_CONNECTED)
        return try await task.value
    }

    private func until(_ need: @escaping @Sendable (FakeHost.Record) -> Bool) async { await fake.until(need) }

    private var done: [String] { fake.record.withLock { $0.net.done } }

    @Test("Without the grant there is no net, and the error is the one that the server explains")
    func denied() {
        fake.note { $0.net.isGranted = false }
        let error = #expect(throws: HostError.self) { try Net(fake.bareHost()) }
        #expect(error?.status == hk_status(HK_E_DENIED))
    }

    @Test("Lines and bytes are read as they come, and the end is the end")
    func reads() async throws {
        let line = try await connect()
        fake.net(HK_NET_DATA, "220 hel")
        fake.net(HK_NET_DATA, "lo\r\nsecond\nrest")
        #expect(try await line.readLine() == "220 hello")
        #expect(try await line.readLine() == "second")
        #expect(try await line.read() == Array("rest".utf8))
        let waiting = Task { try await line.read() }
        fake.net(HK_NET_CLOSED, "the other side closed the connection")
        #expect(try await waiting.value == nil)
        #expect(try await line.read() == nil)
        let error = await #expect(throws: NetError.self) { try await line.readLine() }
        #expect(error == NetError(.closed, "the other side closed the connection"))
        #expect(done == ["connect mail.example:25 0 5000"])
    }

    @Test("A line that is too long, a connection that fails, and one that can't be begun are errors")
    func failures() async throws {
        let line = try await connect(.verified)
        fake.net(HK_NET_DATA, "too long for it")
        let tooLong = await #expect(throws: NetError.self) { try await line.readLine(limit: 5) }
        #expect(tooLong?.kind == .tooLong)
        fake.net(HK_NET_ERROR, "the connection broke")
        _ = try await line.read()
        let broken = await #expect(throws: NetError.self) { try await line.read() }
        #expect(broken == NetError(.failed, "the connection broke"))
        fake.note { $0.net.connectAnswer = hk_status(HK_E_INVALID) }
        let net = try Net(fake.bareHost())
        let misused = await #expect(throws: NetError.self) { try await net.connect(path: "/run/x.sock") }
        #expect(misused?.kind == .misused)
        #expect(done.first == "connect mail.example:25 1 5000")
    }

    @Test("A write that the server can't take waits for room")
    func writes() async throws {
        let line = try await connect()
        try await line.write("one")
        fake.note { $0.net.writes = [hk_status(HK_E_LIMIT)] }
        let waiting = Task { try await line.write("two") }
        await fake.untilDone("write two 77 \(HK_E_LIMIT)")
        fake.net(HK_NET_WRITABLE)
        try await waiting.value
        #expect(done.suffix(2) == ["write two 77 \(HK_E_LIMIT)", "write two 77 0"])
    }

    @Test("TLS begins on what stands, and what came in the clear before is forgotten")
    func startsTLS() async throws {
        let line = try await connect()
        fake.net(HK_NET_DATA, "220 go\r\n250 injected\r\n")
        #expect(try await line.readLine() == "220 go")
        let securing = Task { try await line.startTLS(.unverified, serverName: "other.example") }
        await fake.untilDone("tls other.example \(HK_NET_TLS_NO_VERIFY)")
        fake.net(HK_NET_DATA, "more in the clear\r\n")
        fake.net(HK_NET_CONNECTED)
        try await securing.value
        fake.net(HK_NET_DATA, "encrypted\r\n")
        #expect(try await line.readLine() == "encrypted")
    }

    @Test("What takes too long ends by its timer, and a cancelled task ends at once")
    func givesUp() async throws {
        let line = try await connect()
        let timers = fake.record.withLock { $0.timers.keys.max() ?? 0 }
        let slow = Task { try await line.read() }
        await until { ($0.timers.keys.max() ?? 0) > timers }
        // A timer that has run is no longer known.
        fake.record.withLock { record in record.timers.keys.max().flatMap { record.timers.removeValue(forKey: $0) } }?
            .fire()
        let late = await #expect(throws: NetError.self) { try await slow.value }
        #expect(late?.kind == .timedOut)
        let cancelled = Task { try await line.read() }
        cancelled.cancel()
        let error = await #expect(throws: NetError.self) { try await cancelled.value }
        #expect(error?.kind == .cancelled)
    }

    @Test("Much that nobody reads stops the reading, and a connection that nobody keeps is closed")
    func pausesAndCloses() async throws {
        var line: NetConnection? = try await connect()
        let text = String(repeating: "x", count: 200 << 10)
        fake.net(HK_NET_DATA, text)
        fake.net(HK_NET_DATA, text)
        #expect(done.last == "pause 1")
        #expect(try await line?.read()?.count == 400 << 10)
        #expect(done.last == "pause 0")
        line = nil
        #expect(done.last == "close")
    }
}

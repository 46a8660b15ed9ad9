import Glibc
import System
import Testing

@testable import Wire

/// In series, because the environment is the whole process's.
@Suite(.serialized) struct InheritedSocketsTests {
    /// Descriptors that no other test has: the kernel gives the lowest free ones.
    private static let (first, second, third): (CInt, CInt, CInt) = {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let top = CInt(min(limit.rlim_cur, 65_536))
        return (top - 60, top - 40, top - 20)
    }()

    /// Opens sockets as a service manager would, and puts them side by side from a descriptor on.
    private func pass(_ addresses: [ListenAddress], from first: CInt, names: String?) throws -> [ListenAddress] {
        var actual: [ListenAddress] = []
        for (place, address) in addresses.enumerated() {
            let socket = try ListeningSocket(Listener(address), dualStack: true)
            actual.append(socket.actual)
            let descriptor = socket.release()
            #expect(dup2(descriptor, first + CInt(place)) >= 0)
            close(descriptor)
        }
        Environment.set("LISTEN_PID", "\(getpid())")
        Environment.set("LISTEN_FDS", "\(addresses.count)")
        Environment.set("LISTEN_FDNAMES", names)
        return actual
    }

    @Test("Sockets of the service manager are matched by address, served by every loop, and stay when we go")
    func serves() throws {
        let path = "/tmp/wire-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
        defer { unsafe unlink(path) }
        let wanted = try [ListenAddress("127.0.0.1:0"), ListenAddress("[::0]:0"), .unix(path: path, mode: nil)]
        let passed = try pass(wanted, from: Self.first, names: "one:two:three")
        let inherited = InheritedSockets.ofProcess(Self.first)
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { #expect(Environment.value(name) == nil) }
        let listeners = Listeners(loops: 2)
        defer { listeners.shutdown() }
        // Written another way, and in another order.
        guard case .tcp(_, let port) = passed[1] else { throw Client.Failure(errno: 0) }
        let asked: [ListenAddress] = [.unix(path: path, mode: nil), .tcp(host: "::", port: port), passed[0]]
        let bound = try listeners.bind(asked.map { Listener($0) }, inherited: inherited)
        #expect(bound.map(\.isInherited) == [true, true, true])
        #expect(bound.map(\.actual) == asked)
        #expect(inherited.remaining == [])
        let loops = Mark<Int>()
        try listeners.accept { _ in
            Script(onOpened: { peer in
                loops.add(peer.loopIndex)
                peer.say("\(peer.local)\n")
                peer.flush()
            })
        }
        #expect(try Client(path: path).readLine() == "\(path)\n")
        for _ in 0..<4 { #expect(try Client(port: port).readLine() == "127.0.0.1:\(port)\n") }
        #expect(Set(loops.values) == [0, 1])
        listeners.stopAccepting()
        var facts = stat()
        #expect(unsafe stat(path, &facts) == 0)
    }

    @Test("What nobody asks for remains, what is no listener is a problem, and other addresses are bound as usual")
    func remaining() throws {
        let passed = try pass(
            [ListenAddress("127.0.0.1:0"), ListenAddress("127.0.0.1:0")],
            from: Self.second,
            names: "a:b"
        )
        close(Self.second + 1)
        let inherited = InheritedSockets.ofProcess(Self.second)
        #expect(inherited.problems == ["What the service manager passes as b is no listening stream socket."])
        let listeners = Listeners(loops: 1)
        defer { listeners.shutdown() }
        let bound = try listeners.bind([Listener(ListenAddress("127.0.0.1:0"))], inherited: inherited)
        #expect(bound.map(\.isInherited) == [false])
        #expect(inherited.remaining == ["a (\(passed[0]))"])
    }

    @Test("Sockets for another process are none of ours, and the variables are forgotten")
    func foreign() throws {
        _ = try pass([ListenAddress("127.0.0.1:0")], from: Self.third, names: nil)
        Environment.set("LISTEN_PID", "1")
        let inherited = InheritedSockets.ofProcess(Self.third)
        #expect(inherited.remaining == [])
        #expect(inherited.problems == [])
        #expect(Environment.value("LISTEN_FDS") == nil)
        close(Self.third)
    }
}

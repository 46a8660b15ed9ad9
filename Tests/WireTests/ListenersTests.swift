import Glibc
import Testing
import Wire

struct ListenersTests {
    @Test("A port that is taken is one sentence that names it")
    func portInUse() throws {
        let first = try Served { _ in Script() }
        let second = Listeners(loops: 2)
        defer { second.shutdown() }
        let address = first.bound[0].actual
        let error = #expect(throws: BindError.self) { try second.bind([Listener(address)]) }
        #expect(error?.description == "\(address) is in use by another process.")
    }

    @Test("An address of another machine is refused with a sentence")
    func foreignAddress() throws {
        let listeners = Listeners(loops: 1)
        defer { listeners.shutdown() }
        let error = #expect(throws: BindError.self) { try listeners.bind([Listener(ListenAddress("192.0.2.1:0"))]) }
        #expect(
            error?.description
                == "192.0.2.1:0 can't be listened on because this machine doesn't have the address."
        )
    }

    @Test("A failed bind gives back the addresses that it had taken")
    func bindIsAllOrNothing() throws {
        let taken = try Served { _ in Script() }
        let free = Listeners(loops: 1)
        let address = try free.bind([Listener(ListenAddress("127.0.0.1:0"))])[0].actual
        free.shutdown()
        let listeners = Listeners(loops: 1)
        defer { listeners.shutdown() }
        #expect(throws: BindError.self) { try listeners.bind([Listener(address), Listener(taken.bound[0].actual)]) }
        #expect(try listeners.bind([Listener(address)]).map(\.actual) == [address])
    }

    @Test("A connection knows both of its ends, and its loop")
    func addresses() throws {
        let served = try Served(loops: 3) { _ in
            Script(onOpened: { peer in
                peer.say("\(peer.remote.ip ?? "") \(peer.local) \((0..<3).contains(peer.loopIndex))\n")
                peer.flush()
            })
        }
        let client = try Client(port: served.port)
        #expect(try client.readLine() == "127.0.0.1 127.0.0.1:\(served.port) true\n")
    }

    @Test("IPv4 on the address of every family is shown as IPv4")
    func dualStack() throws {
        let served = try Served(on: "[::0]:0") { _ in
            Script(onOpened: { peer in
                peer.say("\(peer.remote.ip ?? "")\n")
                peer.flush()
            })
        }
        let client = try Client(port: served.port)
        #expect(try client.readLine() == "127.0.0.1\n")
    }

    @Test("A Unix socket has the permissions that were asked for, replaces a dead one, and goes away")
    func unixSocket() throws {
        let path = "/tmp/wire-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
        try leaveDeadSocket(path)
        var served: Served? = try Served(on: "\(path):0604") { _ in
            Script(onOpened: { peer in
                peer.say("\(peer.remote) \(peer.local) \(peer.remote.ip ?? "none")\n")
                peer.flush()
            })
        }
        var facts = stat()
        #expect(unsafe stat(path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o604)
        let client = try Client(path: path)
        #expect(try client.readLine() == "unix socket \(path) none\n")
        let second = Listeners(loops: 1)
        let error = #expect(throws: BindError.self) { try second.bind([Listener(ListenAddress(path))]) }
        #expect(error?.description == "\(path) is in use by another process.")
        second.shutdown()
        served?.listeners.stopAccepting()
        served = nil
        #expect(unsafe stat(path, &facts) == -1)
    }

    private func leaveDeadSocket(_ path: String) throws {
        let dead = Listeners(loops: 1)
        _ = try dead.bind([Listener(ListenAddress(path))])
        dead.shutdown()
        var facts = stat()
        #expect(unsafe stat(path, &facts) == 0)
    }

    @Test("Shutting down takes no one new, tells those who are there, and waits for them")
    func draining() async throws {
        let opened = Mark<Int>()
        let served = try Served { peer in
            Script(
                onOpened: { _ in opened.add(1) },
                onWoken: { token, peer in
                    peer.say("421 \(token)\n")
                    peer.close()
                }
            )
        }
        #expect(await served.listeners.awaitDrained(.seconds(5)))
        let first = try Client(port: served.port)
        let second = try Client(port: served.port)
        await opened.wait(for: 2)
        #expect(served.listeners.connectionCount == 2)
        served.listeners.stopAccepting()
        #expect(throws: Client.Failure.self) { _ = try Client(port: served.port) }
        #expect(await served.listeners.awaitDrained(.milliseconds(20)) == false)
        served.listeners.broadcast(7)
        #expect(try first.readLine() == "421 7\n")
        #expect(try second.readLine() == "421 7\n")
        #expect(await served.listeners.awaitDrained(.seconds(5)))
        #expect(served.listeners.connectionCount == 0)
    }
}

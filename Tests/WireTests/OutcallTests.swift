import Foundation
import Glibc
import Support
import TLS
import Testing
import Wire

struct OutcallTests {
    private static let echo: @Sendable (Connection) -> Script = { _ in
        Script(onReceived: { bytes, peer in
            peer.write(bytes)
            peer.flush()
            return bytes.count
        })
    }

    private func call(
        _ served: Served,
        _ ear: Ear,
        host: String = "127.0.0.1",
        security: OutcallSecurity? = nil,
        timeout: Duration = .seconds(20)
    ) -> Outcall {
        served.listeners.dialer.call(.tcp(host: host, port: served.port), security: security, timeout: timeout, ear)
    }

    @Test(
        "What is written comes back from an echo, whether the host is an address or a name",
        arguments: [
            "127.0.0.1", "localhost",
        ]
    )
    func echoes(_ host: String) throws {
        let served = try Served { Self.echo($0) }
        let ear = Ear()
        let outcall = call(served, ear, host: host)
        #expect(outcall.write(Array("early ".utf8)) == .taken)
        #expect(ear.waits(for: "connected"))
        #expect(outcall.write([]) == .taken)
        #expect(outcall.write(Array("late".utf8)) == .taken)
        #expect(ear.waits(forText: "early late"))
        outcall.close()
        #expect(ear.waitForEnd() == .closed("closed"))
        #expect(outcall.write([1]) == .over)
        outcall.close()
        #expect(!outcall.startTLS(OutcallSecurity(name: "one.example")))
        #expect(ear.all == ["connected", "ended"])
    }

    @Test("A unix socket is called by its path")
    func unixSocket() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "outcall-\(UUID().uuidString.prefix(8))").path
        let served = try Served(on: path) { Self.echo($0) }
        let ear = Ear()
        let outcall = served.listeners.dialer.call(.unix(path: path), timeout: .seconds(20), ear)
        #expect(outcall.write(Array("hello".utf8)) == .taken)
        #expect(ear.waits(forText: "hello"))
        let nobody = Ear()
        _ = served.listeners.dialer.call(.unix(path: path + "-not"), timeout: .seconds(20), nobody)
        #expect(nobody.waitForEnd() == .failed("there is no such socket"))
    }

    @Test("A port where nobody listens is told, and so is a name that isn't known")
    func refused() throws {
        let served = try Served { Self.echo($0) }
        let port = try freePort()
        let ear = Ear()
        let outcall = served.listeners.dialer.call(.tcp(host: "127.0.0.1", port: port), timeout: .seconds(20), ear)
        #expect(ear.waitForEnd() == .failed("the connection was refused"))
        #expect(outcall.write([1]) == .over)
        let nobody = Ear()
        _ = served.listeners.dialer.call(.tcp(host: "nobody.invalid", port: 25), timeout: .seconds(20), nobody)
        guard case .failed(let reason)? = nobody.waitForEnd() else { Issue.record("it did not fail"); return }
        #expect(reason.hasPrefix("its name was not found"))
        #expect(nobody.all == ["ended"])
    }

    @Test("The end of the peer is told behind its last bytes")
    func peerCloses() throws {
        let served = try Served { _ in
            Script(onOpened: { peer in
                peer.say("bye")
                peer.close()
            })
        }
        let ear = Ear()
        _ = call(served, ear)
        #expect(ear.waitForEnd() == .closed("the other side closed the connection"))
        #expect(ear.text == "bye")
        #expect(ear.all == ["connected", "ended"])
    }

    @Test("A peer that doesn't take the connection is given up in time, or at once when that is asked for")
    func slowPeer() throws {
        let silent = try SilentPort()
        let served = try Served { Self.echo($0) }
        let ear = Ear()
        let target = OutcallTarget.tcp(host: "127.0.0.1", port: silent.port)
        let security = OutcallSecurity(name: "one.example", isVerified: false)
        _ = served.listeners.dialer.call(target, security: security, timeout: .milliseconds(200), ear)
        #expect(ear.waitForEnd() == .tlsFailed("The peer did not finish the TLS handshake in time."))
        let other = Ear()
        let outcall = served.listeners.dialer.call(target, security: security, timeout: .seconds(600), other)
        outcall.abandon()
        #expect(other.waitForEnd() != nil)
    }

    @Test("A peer that reads nothing gets a mebibyte at most, and writing goes on once it reads")
    func congestion() throws {
        let silent = try SilentPort()
        let served = try Served { Self.echo($0) }
        let ear = Ear()
        let target = OutcallTarget.tcp(host: "127.0.0.1", port: silent.port)
        let outcall = served.listeners.dialer.call(target, timeout: .seconds(20), ear)
        #expect(ear.waits(for: "connected"))
        #expect(outcall.write([UInt8](repeating: 1, count: Outcall.waitingLimit + 1)) == .tooLong)
        let piece = [UInt8](repeating: 7, count: 100_000)
        var sent = 0
        while outcall.write(piece) == .taken {
            sent += piece.count
            // The kernel's buffers of both ends hold some megabytes.
            #expect(sent < 64 << 20)
            if sent > 64 << 20 { return }
        }
        #expect(!ear.all.contains("writable"))
        let taken = silent.accept()
        defer { Glibc.close(taken) }
        // Writable comes when half is gone; from then on there is room.
        var read = 0
        while !ear.all.contains("writable") { read += silent.read(taken) }
        #expect(outcall.write(piece) == .taken)
        sent += piece.count
        outcall.close()
        while read < sent {
            let count = silent.read(taken)
            guard count > 0 else { break }
            read += count
        }
        #expect(read == sent)
        #expect(ear.waitForEnd() == .closed("closed"))
    }

    @Test("An echo that answers while we write much does not lock up")
    func muchBothWays() throws {
        let served = try Served { _ in
            // It reads no more as long as its own output waits: the usual program.
            Script(onReceived: { bytes, peer in
                peer.write(bytes)
                peer.flush()
                return bytes.count
            })
        }
        let ear = Ear()
        let outcall = call(served, ear)
        let piece = [UInt8](repeating: 9, count: 1 << 20)
        var sent = 0
        var rounds = 0
        while sent < 32 << 20 {
            if outcall.write(piece) == .taken {
                sent += piece.count
            } else {
                rounds += 1
                guard ear.waits(for: "writable", count: rounds) else { break }
            }
        }
        #expect(ear.waits(forBytes: sent))
    }

    @Test("A paused outcall tells nothing, and everything once it goes on")
    func paused() async throws {
        let heard = Mark<Int>()
        let served = try Served { _ in
            Script(onReceived: { bytes, peer in
                heard.add(bytes.count)
                peer.say(String(repeating: "x", count: 100_000))
                peer.flush()
                return bytes.count
            })
        }
        let ear = Ear()
        let outcall = call(served, ear)
        #expect(ear.waits(for: "connected"))
        outcall.pause(true)
        #expect(outcall.write([1]) == .taken)
        await heard.wait(for: 1)
        #expect(ear.count == 0)
        outcall.pause(false)
        #expect(ear.waits(forBytes: 100_000))
    }

    @Test("A thousand connections leave nothing behind")
    func manyOutcalls() throws {
        let served = try Served { Self.echo($0) }
        let before = try descriptors()
        for _ in 0..<10 {
            let ears = (0..<100).map { _ in Ear() }
            let outcalls = ears.map { call(served, $0) }
            for outcall in outcalls { #expect(outcall.write(Array("x".utf8)) == .taken) }
            for ear in ears { #expect(ear.waits(forText: "x")) }
            for outcall in outcalls { outcall.close() }
            for ear in ears { #expect(ear.waitForEnd() == .closed("closed")) }
        }
        let limit = Date(timeIntervalSinceNow: 20)
        // Other tests open and close some at the same time.
        while try descriptors() > before + 200, Date() < limit { usleep(1000) }
        #expect(try descriptors() <= before + 200)
    }

    @Test("The end of the loops ends what is open, and what is called then")
    func shutdown() throws {
        let served = try Served { Self.echo($0) }
        let (open, late) = (Ear(), Ear())
        _ = call(served, open)
        #expect(open.waits(for: "connected"))
        served.listeners.shutdown()
        #expect(open.waitForEnd() != nil)
        _ = call(served, late)
        #expect(late.waitForEnd() == .failed("the server is stopping"))
    }

    // MARK: TLS

    private func secureServed(
        _ options: ListenerOptions,
        _ script: @escaping @Sendable (Connection) -> Script
    ) throws
        -> Served
    {
        let served = try Served(options, reception: Certificates.reception()) { script($0) }
        var settings = TLSClientSettings()
        settings.trust = .authorities(file: "\(Certificates.folder)/one.pem")
        served.listeners.dialer.apply(settings)
        return served
    }

    @Test(
        "TLS at once: the right name passes, a wrong one and an unknown signer don't",
        arguments: [
            ("one.example", true, true, true), ("two.example", true, true, false), ("one.example", false, true, false),
            ("127.0.0.1", true, true, false), ("two.example", false, false, true),
        ]
    )
    func implicitTLS(_ name: String, _ isTrusted: Bool, _ isVerified: Bool, _ passes: Bool) throws {
        let served = try secureServed(ListenerOptions(tls: .implicit), Self.echo)
        if !isTrusted { served.listeners.dialer.apply(TLSClientSettings()) }
        let ear = Ear()
        let outcall = call(served, ear, security: OutcallSecurity(name: name, isVerified: isVerified))
        // It may have failed before.
        _ = outcall.write(Array("secret".utf8))
        if passes {
            #expect(ear.waits(forText: "secret"))
            outcall.close()
            #expect(ear.waitForEnd() == .closed("closed"))
            #expect(ear.all == ["connected", "ended"])
        } else {
            guard case .tlsFailed? = ear.waitForEnd() else { Issue.record("it did not fail"); return }
            #expect(ear.all == ["ended"])
            #expect(ear.text == "")
        }
    }

    @Test("TLS after a plain beginning: what came in the clear behind is forgotten")
    func startTLS() throws {
        let served = try secureServed(ListenerOptions(tls: .offered)) { _ in
            var script = Script.lines { line, peer in
                guard line == "STARTTLS" else { return peer.say("<\(line)>") }
                peer.say("220 go\n250 injected\n")
                peer.startTLS()
            }
            script.onSecured = { _, peer in
                peer.say("secured\n")
                peer.flush()
            }
            return script
        }
        let ear = Ear()
        let outcall = call(served, ear)
        #expect(outcall.write(Array("STARTTLS\n".utf8)) == .taken)
        #expect(ear.waits(forText: "220 go\n250 injected\n"))
        #expect(outcall.startTLS(OutcallSecurity(name: "one.example")))
        #expect(outcall.write(Array("hello\n".utf8)) == .taken)
        #expect(ear.waits(for: "connected", count: 2))
        #expect(ear.waits(forText: "220 go\n250 injected\nsecured\n<hello>"))
    }

    @Test("A megabyte goes through TLS both ways")
    func muchThroughTLS() throws {
        let served = try secureServed(ListenerOptions(tls: .implicit), Self.echo)
        let ear = Ear()
        let outcall = call(served, ear, security: OutcallSecurity(name: "one.example"))
        #expect(outcall.write([UInt8](repeating: 3, count: 1 << 20)) == .taken)
        #expect(ear.waits(forBytes: 1 << 20))
    }

    @Test("A server that speaks no TLS fails the handshake")
    func noTLS() throws {
        let served = try Served { _ in
            Script(onOpened: { peer in
                peer.say("220 mail.example ESMTP\r\n")
                peer.flush()
            })
        }
        let ear = Ear()
        _ = call(served, ear, security: OutcallSecurity(name: "one.example", isVerified: false))
        guard case .tlsFailed? = ear.waitForEnd() else { Issue.record("it did not fail"); return }
        #expect(ear.all == ["ended"])
    }

    private func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    private func freePort() throws -> UInt16 { try SilentPort().port }
}

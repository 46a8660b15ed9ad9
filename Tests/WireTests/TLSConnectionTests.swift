import Glibc
import Support
import TLS
import Testing
import Wire

struct TLSConnectionTests {
    /// Echoes lines, and begins TLS at STARTTLS; tells what it is shown and told.
    static func echo(_ told: Mark<String>) -> Script {
        var script = Script.lines { line, peer in
            told.add(line)
            switch line {
            case "STARTTLS":
                peer.say("220 go\n")
                peer.startTLS()
            case "QUIT":
                peer.say("221 bye\n")
                peer.close()
            default: peer.say("<\(line)>\n")
            }
        }
        script.onSecured = { facts, peer in
            told.add("secured \(facts.version) dropped \(peer.droppedPlaintext) \(peer.tls == facts)")
        }
        script.onFailed = { fault, _ in told.add("failed \(fault)") }
        script.onClosed = { told.add("closed") }
        return script
    }

    private func begin(_ client: borrowing Client, behind: String = "") throws {
        try client.send("STARTTLS\n" + behind)
        #expect(try client.readLine() == "220 go\n")
    }

    @Test(
        "After STARTTLS lines go both ways inside TLS, and close says goodbye",
        arguments: TLSVersion.allCases,
        [1, 7, .max]
    )
    func startTLS(version: TLSVersion, piece: Int) async throws {
        let told = Mark<String>()
        let served = try Served(reception: Certificates.reception()) { _ in Self.echo(told) }
        let client = try Client(port: served.port)
        try client.send("clear\n")
        #expect(try client.readLine() == "<clear>\n")
        try begin(client)
        let secure = try SecureClient(client, Certificates.client(version), piece: piece)
        try secure.send("one\ntwo\n")
        #expect(try secure.readLine() == "<one>\n")
        #expect(try secure.readLine() == "<two>\n")
        try secure.send("QUIT\n")
        #expect(try secure.readAll() == Array("221 bye\n".utf8))
        #expect(secure.engine.state == .closedByPeer)
        await told.wait(for: 7)
        let secured = "secured \(version.rawValue) dropped 0 true"
        #expect(told.values == ["clear", "STARTTLS", secured, "one", "two", "QUIT", "closed"])
        #expect(served.listeners.counters.handshakes == 1)
    }

    @Test("Plaintext behind STARTTLS is dropped and counted, never shown, and TLS goes on")
    func plaintextBehind() throws {
        let told = Mark<String>()
        let served = try Served(reception: Certificates.reception()) { _ in Self.echo(told) }
        let client = try Client(port: served.port)
        try begin(client, behind: "evil\nmore\nhalf")
        let secure = try SecureClient(client, Certificates.client())
        try secure.send("good\n")
        #expect(try secure.readLine() == "<good>\n")
        #expect(told.values == ["STARTTLS", "secured TLSv1.3 dropped 14 true", "good"])
        #expect(served.listeners.counters.plaintextBehindSTARTTLS == 1)
    }

    @Test("Plaintext that is still in the kernel when STARTTLS is granted is dropped too")
    func plaintextInKernel() async throws {
        let told = Mark<String>()
        let paused = Mark<any Mailbox>()
        let served = try Served(reception: Certificates.reception()) { _ in
            var script = Self.echo(told)
            script.onReceived = { bytes, peer in
                if peer.tls == nil {
                    peer.pauseReading()
                    paused.add(peer.mailbox)
                } else {
                    told.add("\(bytes.count) shown")
                    peer.say("fine\n")
                    peer.flush()
                }
                return min(bytes.count, 9)
            }
            script.onWoken = { _, peer in
                peer.say("220 go\n")
                peer.startTLS()
                peer.resumeReading()
            }
            return script
        }
        let client = try Client(port: served.port)
        try client.send("STARTTLS\nab")
        let mailbox = await paused.wait(for: 1)[0]
        // The second is read before reading stops; the third stays with the kernel.
        try client.send("cd")
        try client.send("ef")
        while client.unsent > 0 { usleep(100) }
        mailbox.wake(1)
        #expect(try client.readLine() == "220 go\n")
        let secure = try SecureClient(client, Certificates.client())
        try secure.send("x")
        #expect(try secure.readLine() == "fine\n")
        #expect(told.values == ["secured TLSv1.3 dropped 6 true", "1 shown"])
    }

    @Test("Where TLS comes first, the driver is opened when the handshake is finished", arguments: [1, .max])
    func implicit(piece: Int) throws {
        let made = Mark<Int>()
        let served = try Served(ListenerOptions(tls: .implicit), reception: Certificates.reception()) { _ in
            made.add(1)
            var script = Script.lines { line, peer in peer.say("<\(line)>\n") }
            script.onOpened = { peer in
                peer.say("220 \(peer.tls?.version ?? "none") \(peer.listener.tls == .implicit)\n")
                peer.flush()
            }
            return script
        }
        let idle = try Client(port: served.port)
        let secure = try SecureClient(Client(port: served.port), Certificates.client(), piece: piece)
        try secure.send("early\n")
        #expect(try secure.readLine() == "220 TLSv1.3 true\n")
        #expect(try secure.readLine() == "<early>\n")
        #expect(made.values.count == 1)
        try idle.send("EHLO me\r\n")
        #expect(try idle.readAll() == [])
        #expect(made.values.count == 1)
    }

    @Test("Where TLS comes first, who doesn't speak it is reported and closed without a driver")
    func implicitFailure() async throws {
        let incidents = Mark<Incident>()
        let served = try Served(
            ListenerOptions(tls: .implicit),
            reception: Certificates.reception { $0.handshakeDeadline = .milliseconds(50) },
            report: { incidents.add($0) }
        ) { _ in
            Issue.record("There is no driver to be made.")
            return Script()
        }
        let client = try Client(port: served.port)
        try client.send("EHLO me\r\n")
        #expect(try client.readAll() == [])
        let slow = try Client(port: served.port)
        try slow.send([0x16, 3])
        #expect(try slow.readAll() == [])
        let all = await incidents.wait(for: 2)
        guard case .handshake(let failure) = all[0].fault else { throw Client.Failure(errno: 0) }
        #expect(failure.kind == .notTLS)
        #expect(all[0].remote.ip == "127.0.0.1")
        #expect(all[0].listener.tls == .implicit)
        #expect(all[1].fault == .slowHandshake)
        #expect(await served.listeners.awaitDrained(.seconds(5)))
        #expect(served.listeners.counters.failedHandshakes == 2)
    }

    @Test("A handshake that fails or takes too long behind STARTTLS is told to the driver, and nothing is shown")
    func failures() async throws {
        let told = Mark<String>()
        let reception = try Certificates.reception { $0.handshakeDeadline = .milliseconds(50) }
        let served = try Served(reception: reception) { _ in
            var script = Self.echo(told)
            script.onFailed = { fault, peer in
                told.add("\(fault)")
                peer.say("500 never sent\n")
            }
            return script
        }
        let plain = try Client(port: served.port)
        try begin(plain)
        try plain.send("EHLO me\r\n")
        #expect(try plain.readAll() == [])
        await told.wait(for: 3)
        let gone = try Client(port: served.port)
        try begin(gone)
        gone.endSending()
        #expect(try gone.readAll() == [])
        await told.wait(for: 6)
        let slow = try Client(port: served.port)
        try begin(slow)
        #expect(try slow.readAll() == [])
        let all = await told.wait(for: 9)
        #expect(
            all == [
                "STARTTLS", "Not a TLS record: the peer speaks plain text.", "closed",
                "STARTTLS", "The peer hung up during the TLS handshake.", "closed",
                "STARTTLS", "\(WireFault.slowHandshake)", "closed",
            ]
        )
    }

    @Test("A broken record inside TLS ends the connection with an alert, and the driver hears why")
    func brokenRecord() async throws {
        let faults = Mark<WireFault>()
        let served = try Served(reception: Certificates.reception()) { _ in
            var script = Self.echo(Mark())
            script.onFailed = { fault, _ in faults.add(fault) }
            return script
        }
        let client = try Client(port: served.port)
        try begin(client)
        let secure = try SecureClient(client, Certificates.client())
        try secure.sendRaw([0x17, 3, 3, 0, 20] + [UInt8](repeating: 0, count: 20))
        _ = try secure.readAll()
        guard case .failed(let error) = secure.engine.state, case .alert(20) = error.kind else {
            Issue.record("\(secure.engine.state)")
            return
        }
        switch await faults.wait(for: 1)[0] {
        // The record may come together with the last one of the handshake.
        case .tls, .handshake: break
        default: throw Client.Failure(errno: 0)
        }
    }

    @Test("STARTTLS without a certificate is told to the driver and closes")
    func noCertificate() async throws {
        let told = Mark<String>()
        let served = try Served { _ in Self.echo(told) }
        let client = try Client(port: served.port)
        try client.send("STARTTLS\nmore\n")
        #expect(try client.readAll() == Array("220 go\n".utf8))
        #expect(await told.wait(for: 3) == ["STARTTLS", "failed \(WireFault.noCertificate)", "closed"])
    }

    @Test("A ClientHello on a plain port is told, never shown, and answered in the clear", arguments: [1, 2, .max])
    func clientHello(piece: Int) async throws {
        let told = Mark<String>()
        let served = try Served { _ in
            var script = Self.echo(told)
            script.onFailed = { fault, peer in
                told.add("\(fault)")
                peer.say("554 no TLS here\n")
            }
            return script
        }
        let client = try Client(port: served.port)
        let engine = TLSEngine(client: try Certificates.client(), name: "one.example")
        let hello = engine.withCiphertext { bytes in bytes.indices.map { bytes[$0] } }
        #expect(hello.prefix(2) == [0x16, 3])
        try client.send(Array(hello.prefix(piece)))
        // So that the first byte arrives alone.
        while client.unsent > 0 { usleep(100) }
        try client.send(Array(hello.dropFirst(piece == .max ? hello.count : piece)))
        #expect(try client.readLine() == "554 no TLS here\n")
        #expect(await told.wait(for: 2) == ["\(WireFault.clientHello)", "closed"])
        #expect(served.listeners.counters.unexpectedClientHellos == 1)
    }

    @Test("The answer to a ClientHello reaches a client that has sent more than was read")
    func bigClientHello() throws {
        for _ in 0..<10 {
            let served = try Served { _ in
                Script(onFailed: { _, peer in peer.say("554 no TLS here\n") })
            }
            let client = try Client(port: served.port)
            try client.send([0x16, 3, 1, 2, 200] + [UInt8](repeating: 0, count: 712))
            #expect(try client.readAll() == Array("554 no TLS here\n".utf8))
        }
    }

    @Test("Large output and input go through TLS whole, with pauses between")
    func large() throws {
        let size = 3 << 20
        let served = try Served(ListenerOptions(tls: .implicit), reception: Certificates.reception()) { _ in
            var seen = 0
            var script = Script(onReceived: { bytes, peer in
                seen += bytes.count
                peer.pauseReading()
                peer.mailbox.wake(1)
                guard seen == size else { return bytes.count }
                peer.write([UInt8](repeating: UInt8(ascii: "z"), count: size))
                peer.say("end\n")
                peer.close()
                return bytes.count
            })
            script.onWoken = { _, peer in peer.resumeReading() }
            return script
        }
        let client = try Client(port: served.port, receiveBuffer: 4096)
        let secure = try SecureClient(client, Certificates.client())
        try secure.send([UInt8](repeating: UInt8(ascii: "y"), count: size))
        let all = try secure.readAll()
        #expect(all.count == size + 4)
        #expect(all.suffix(4) == Array("end\n".utf8)[...])
        #expect(secure.engine.state == .closedByPeer)
    }

    @Test("What a driver leaves inside TLS is shown again with what comes next")
    func leftovers() async throws {
        let shown = Mark<Int>()
        let served = try Served(ListenerOptions(tls: .implicit), reception: Certificates.reception()) { _ in
            Script(onReceived: { bytes, peer in
                shown.add(bytes.count)
                guard bytes.count == 6 else { return min(1, bytes.count - 1) }
                peer.say("\(peer.bytesReceived)\n")
                peer.flush()
                return 6
            })
        }
        let secure = try SecureClient(Client(port: served.port), Certificates.client())
        try secure.send("abc")
        await shown.wait(for: 1)
        try secure.send("defg")
        #expect(try secure.readLine() == "7\n")
        #expect(shown.values == [3, 6])
    }

    @Test("A changed set of certificates is for the next handshake, and those who are in go on")
    func reload() throws {
        let served = try Served(reception: Certificates.reception()) { _ in Self.echo(Mark()) }
        func connect() throws -> SecureClient {
            let client = try Client(port: served.port)
            try begin(client)
            return try SecureClient(client, Certificates.client())
        }
        let first = try connect()
        let contexts = try Certificates.contexts("two")
        served.listeners.apply(try Certificates.reception { $0.contexts = { _ in contexts } })
        let second = try connect()
        #expect(first.engine.facts?.peer?.commonName == "one.example")
        #expect(second.engine.facts?.peer?.commonName == "two.example")
        for client in [first, second] {
            try client.send("still\n")
            #expect(try client.readLine() == "<still>\n")
        }
    }

    @Test("A peer's close_notify is the end of its input")
    func goodbye() async throws {
        let told = Mark<String>()
        let served = try Served(reception: Certificates.reception()) { _ in Self.echo(told) }
        let client = try Client(port: served.port)
        try begin(client)
        let secure = try SecureClient(client, Certificates.client())
        try secure.send("last\n")
        #expect(try secure.readLine() == "<last>\n")
        try secure.goodbye()
        #expect(try secure.readAll() == [])
        #expect(secure.engine.state == .closedByPeer)
        #expect(await told.wait(for: 4).suffix(2) == ["last", "closed"])
        #expect(await served.listeners.awaitDrained(.seconds(5)))
    }

    @Test("The bindings of both ends are the same")
    func bindings() throws {
        let served = try Served(reception: Certificates.reception()) { _ in
            var script = Self.echo(Mark())
            script.onSecured = { _, peer in
                peer.say("\(peer.tlsExporter ?? []) \(peer.tlsServerEndPoint ?? [])\n")
                peer.flush()
            }
            return script
        }
        let client = try Client(port: served.port)
        try begin(client)
        let secure = try SecureClient(client, Certificates.client())
        let expected = "\(secure.engine.tlsExporter ?? []) \(secure.engine.serverEndPoint ?? [])\n"
        #expect(try secure.readLine() == expected)
        #expect(secure.engine.tlsExporter?.count == 32)
    }

    @Test("OpenSSL's own client gets in both ways", arguments: [ListenerOptions.TLSMode.offered, .implicit])
    func sClient(mode: ListenerOptions.TLSMode) throws {
        let served = try Served(ListenerOptions(tls: mode), reception: Certificates.reception()) { _ in
            var script = Script.lines { line, peer in
                switch line.split(separator: " ").first?.prefix(8) {
                case "EHLO": peer.say("250-one.example\r\n250 STARTTLS\r\n")
                case "STARTTLS":
                    peer.say("220 go\r\n")
                    peer.startTLS()
                default:
                    peer.say("221 \(peer.tls?.version ?? "clear") \(line)\r\n")
                    peer.close()
                }
            }
            script.onOpened = { peer in
                peer.say("220 one.example\r\n")
                peer.flush()
            }
            return script
        }
        let way = mode == .offered ? "-starttls smtp" : ""
        let outcome = Program.shell(
            "openssl s_client -connect 127.0.0.1:\(served.port) \(way) -CAfile one.pem"
                + " -verify_return_error -servername one.example -ign_eof -quiet",
            in: Certificates.folder,
            input: "NOOP\r\n"
        )
        #expect(outcome.text.contains("221 TLSv1.3 NOOP"), "\(outcome.text)")
    }
}

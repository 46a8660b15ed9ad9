import System
import Testing

@testable import TLS

@Suite struct TLSEngineTests {
    static let versions = TLSVersion.allCases

    @Test(
        "A handshake ends open on both sides, says what it agreed on, and carries bytes both ways",
        arguments: versions,
        ["ecdsa", "rsa"]
    )
    func handshake(version: TLSVersion, name: String) throws {
        let pair = try Pair([name], client: { $0.offer.maximumVersion = version })
        #expect(pair.server.facts == nil)
        pair.run()
        #expect(pair.server.state == .open)
        #expect(pair.client.state == .open)
        for engine in [pair.server, pair.client] {
            let facts = try #require(engine.facts)
            #expect(facts.version == version.rawValue)
            #expect(facts.cipher.contains("AES") || facts.cipher.contains("CHACHA20"))
            #expect(facts.bits >= 128)
            #expect(facts.group?.lowercased() == "x25519")
            #expect(facts.serverName == "mx.example.org")
            #expect(!facts.isResumed)
        }
        #expect(pair.server.facts?.peer == nil)
        #expect(pair.client.facts?.peer?.isVerified == true)
        #expect(pair.talks())
    }

    @Test("A server with an Ed25519 key shakes hands", arguments: versions)
    func ed25519(version: TLSVersion) throws {
        let pair = try Pair(["ed25519"], client: { $0.offer.maximumVersion = version }, name: "ed.example.org").run()
        #expect(pair.talks())
    }

    @Test("Ciphertext may come byte by byte, in the handshake and after it", arguments: versions)
    func byteByByte(version: TLSVersion) throws {
        let pair = try Pair(client: { $0.offer.maximumVersion = version })
        pair.run(piece: 1)
        #expect(pair.server.state == .open)
        let noise = Pair.noise(40_000)
        pair.client.send(noise)
        pair.run(piece: 1)
        #expect(Pair.takePlaintext(pair.server) == noise)
    }

    @Test("Each flight of a handshake may be split anywhere", arguments: versions)
    func everySplit(version: TLSVersion) throws {
        let contexts = try TLSServerContexts(TLSSettings(), [Authority.certificate("ecdsa")])
        let context = try Pair.context { $0.offer.maximumVersion = version }
        var place = 1
        var longest = 2
        while place < longest {
            let pair = Pair(TLSEngine(server: contexts), TLSEngine(client: context, name: "mx.example.org"))
            while pair.client.ciphertextCount + pair.server.ciphertextCount > 0 {
                for (from, to) in [(pair.client, pair.server), (pair.server, pair.client)] {
                    let bytes = Pair.takeCiphertext(from)
                    longest = max(longest, bytes.count)
                    to.receive(Array(bytes.prefix(place)))
                    to.receive(Array(bytes.dropFirst(place)))
                }
            }
            try #require(pair.server.state == .open && pair.client.state == .open, "split at \(place)")
            place += 1
        }
        #expect(longest > 500)
    }

    @Test("Bytes that the client sends with the end of its handshake are there when the handshake is")
    func earlyBytes() throws {
        let pair = try Pair()
        Pair.carry(pair.client, pair.server)
        Pair.carry(pair.server, pair.client)
        #expect(pair.client.state == .open)
        pair.client.send(Array("EHLO a\r\n".utf8))
        #expect(pair.server.state == .handshaking)
        Pair.carry(pair.client, pair.server)
        #expect(pair.server.state == .open)
        #expect(Pair.takePlaintext(pair.server) == Array("EHLO a\r\n".utf8))
    }

    @Test("Many records at once arrive in order and whole", arguments: versions, [1, 16384, 16385, 1_000_000])
    func sizes(version: TLSVersion, count: Int) throws {
        let pair = try Pair(client: { $0.offer.maximumVersion = version }).run()
        let noise = Pair.noise(count)
        pair.server.send(noise)
        pair.run(piece: 65_536)
        #expect(Pair.takePlaintext(pair.client) == noise)
        #expect(pair.client.plaintextCount == 0)
        #expect(pair.server.ciphertextCount == 0)
    }

    @Test("Plaintext can be taken in parts")
    func parts() throws {
        let pair = try Pair().run()
        pair.client.send(Array("onetwo".utf8))
        pair.run()
        pair.server.dropPlaintext(3)
        pair.client.send(Array("three".utf8))
        pair.run()
        #expect(pair.server.plaintextCount == 8)
        #expect(Pair.takePlaintext(pair.server) == Array("twothree".utf8))
    }

    @Test("An answer can be sent while the plaintext is looked at")
    func answerWithin() throws {
        let pair = try Pair().run()
        pair.client.send(Array("NOOP\r\n".utf8))
        pair.run()
        let seen = pair.server.withPlaintext { bytes in
            pair.server.send(Array("250 OK\r\n".utf8))
            return bytes.count
        }
        pair.server.dropPlaintext(seen)
        pair.run()
        #expect(Pair.takePlaintext(pair.client) == Array("250 OK\r\n".utf8))
    }

    @Test("Close_notify tells the peer, who can still send", arguments: versions)
    func goodbye(version: TLSVersion) throws {
        let pair = try Pair(client: { $0.offer.maximumVersion = version }).run()
        pair.server.send(Array("221 bye\r\n".utf8))
        pair.server.closeNotify()
        pair.server.closeNotify()
        pair.server.send(Array("never".utf8))
        Pair.carry(pair.server, pair.client)
        #expect(pair.client.state == .closedByPeer)
        #expect(Pair.takePlaintext(pair.client) == Array("221 bye\r\n".utf8))
        pair.client.transportEnded()
        #expect(pair.client.state == .closedByPeer)
        pair.client.closeNotify()
        Pair.carry(pair.client, pair.server)
        #expect(pair.server.state == .closedByPeer)
        #expect(pair.server.facts?.version == version.rawValue)
    }

    @Test("An engine keeps its contexts alive when a new set has replaced them")
    func oldSet() throws {
        var contexts: TLSServerContexts? = try TLSServerContexts(TLSSettings(), [Authority.certificate("ecdsa")])
        weak let old = contexts
        var server = contexts.map { TLSEngine(server: $0) }
        let client = TLSEngine(client: try Pair.context(), name: "mx.example.org")
        contexts = nil
        #expect(old != nil)
        #expect(try Pair(#require(server), client).run().talks())
        server = nil
        #expect(old == nil)
    }
}

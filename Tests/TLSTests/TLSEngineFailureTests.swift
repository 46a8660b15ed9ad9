import System
import Testing

@testable import TLS

@Suite struct TLSEngineFailureTests {
    private func failure(_ engine: TLSEngine) -> TLSError? {
        if case .failed(let error) = engine.state { error } else { nil }
    }

    struct Garbage: CustomTestStringConvertible {
        let bytes: [UInt8]
        let kind: TLSError.Kind
        let words: String
        var testDescription: String { words }
    }

    static let garbage = [
        Garbage(bytes: Array("EHLO there\r\n".utf8), kind: .notTLS, words: "the peer speaks plain text"),
        Garbage(bytes: Array("\r\n".utf8), kind: .notTLS, words: "the peer speaks plain text"),
        Garbage(bytes: Array("GET / HTTP/1.1\r\n".utf8), kind: .notTLS, words: "the peer speaks plain text"),
        Garbage(bytes: [0x80, 0x2E, 1, 0, 2], kind: .notTLS, words: "the peer speaks another protocol"),
        Garbage(bytes: [0xFF, 0xFD, 3], kind: .notTLS, words: "the peer speaks another protocol"),
        Garbage(bytes: [22, 9, 9, 0, 1, 0], kind: .notTLS, words: "the peer speaks another protocol"),
        Garbage(bytes: [22, 3, 1, 0xFF, 0xFF, 0], kind: .broken, words: "TLS failed: "),
        Garbage(bytes: [22, 3, 1, 0, 5, 99, 0, 0, 1, 0], kind: .broken, words: "TLS failed: unexpected message"),
        Garbage(bytes: [23, 3, 3, 0, 1, 0], kind: .broken, words: "TLS failed: "),
    ]

    @Test("What is no ClientHello fails with a sentence and never talks", arguments: garbage, [1, 1000])
    func strangers(row: Garbage, piece: Int) throws {
        let server = TLSEngine(server: try TLSServerContexts(TLSSettings(), [Authority.certificate("ecdsa")]))
        var rest = row.bytes[...]
        while !rest.isEmpty {
            server.receive(Array(rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
        let error = try #require(failure(server))
        #expect(error.kind == row.kind)
        #expect(error.sentence.contains(row.words))
        #expect(server.plaintextCount == 0)
        server.send(Array("220 x\r\n".utf8))
        let before = server.ciphertextCount
        server.receive(row.bytes)
        #expect(server.ciphertextCount == before)
        #expect(server.facts == nil)
    }

    @Test("A client that meets a server in plain text says so")
    func plainServer() throws {
        let client = TLSEngine(client: try Pair.context(), name: "mx.example.org")
        client.receive(Array("220 mx ESMTP\r\n".utf8))
        #expect(failure(client)?.kind == .notTLS)
    }

    @Test("Without a shared version both sides say so")
    func versions() throws {
        let pair = try Pair(
            server: { $0.offer.minimumVersion = .tls13 },
            client: { $0.offer.maximumVersion = .tls12 }
        ).run()
        #expect(failure(pair.server)?.kind == .unsupportedProtocol)
        #expect(failure(pair.server)?.sentence.contains("Unsupported protocol") == true)
        #expect(failure(pair.client)?.kind == .alert(70))
        #expect(failure(pair.client)?.sentence == "The peer refused with the alert \"protocol version\" (70).")
    }

    @Test("Without a shared cipher both sides say so")
    func ciphers() throws {
        let pair = try Pair(
            server: {
                $0.offer.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"
                $0.offer.maximumVersion = .tls12
            },
            client: { $0.offer.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384" }
        ).run()
        #expect(failure(pair.server)?.kind == .noSharedCipher)
        #expect(failure(pair.client)?.kind == .alert(40))
    }

    @Test("Without a shared group both sides say so")
    func groups() throws {
        let pair = try Pair(server: { $0.offer.groups = "P-521" }, client: { $0.offer.groups = "X25519" }).run()
        #expect(failure(pair.server)?.kind == .noSharedCipher)
        #expect(failure(pair.client)?.kind == .alert(40))
    }

    @Test("A server with another name, or of an unknown authority, is refused or reported, as is asked")
    func verification() throws {
        for (trust, name, words) in [
            (Authority.trust, "mail.example.org", "hostname mismatch"),
            (.authorities(file: Authority.path("foreign.pem")), "mx.example.org", "unable to get"),
            (.nobody, "mx.example.org", "unable to get"),
            (Authority.trust, "192.0.2.1", "IP address mismatch"),
        ] as [(TLSTrust, String, String)] {
            let strict = try Pair(client: { $0.trust = trust }, name: name).run()
            #expect(failure(strict.client)?.kind == .badCertificate)
            #expect(failure(strict.client)?.sentence.contains(words) == true, "\(words)")
            let kind = failure(strict.server)?.kind
            #expect(kind == .alert(42) || kind == .alert(48))
            let lenient = try Pair(
                client: {
                    $0.trust = trust
                    $0.requiresVerification = false
                },
                name: name
            ).run()
            #expect(lenient.client.facts?.peer?.fault?.contains(words) == true, "\(words)")
            #expect(lenient.client.facts?.peer?.identity == nil)
            #expect(lenient.talks())
        }
    }

    @Test("A name that TLS cannot ask for fails before anything is sent")
    func badName() throws {
        let client = TLSEngine(client: try Pair.context(), name: String(repeating: "a", count: 300))
        #expect(failure(client)?.kind == .settings)
        #expect(client.ciphertextCount == 0)
    }

    @Test("A transport that ends early is told apart by when")
    func truncation() throws {
        let pair = try Pair()
        pair.server.transportEnded()
        #expect(failure(pair.server)?.kind == .hungUp)
        let other = try Pair().run()
        other.client.send(Array("QUIT\r\n".utf8))
        let bytes = Pair.takeCiphertext(other.client)
        other.server.receive(Array(bytes.dropLast()))
        #expect(other.server.plaintextCount == 0)
        other.server.transportEnded()
        #expect(failure(other.server)?.kind == .truncated)
    }

    @Test("A changed record gives no plaintext, and its peer an alert", arguments: TLSVersion.allCases)
    func tampering(version: TLSVersion) throws {
        let pair = try Pair(client: { $0.offer.maximumVersion = version }).run()
        pair.client.send(Array("MAIL FROM:<a@b>\r\n".utf8))
        var bytes = Pair.takeCiphertext(pair.client)
        bytes[bytes.count - 1] ^= 1
        pair.server.receive(bytes)
        #expect(failure(pair.server)?.kind == .broken)
        #expect(pair.server.plaintextCount == 0)
        Pair.carry(pair.server, pair.client)
        #expect(failure(pair.client)?.kind == .alert(20))
    }

    @Test("Random changes to a handshake end in a failure or go unnoticed, never in anything else")
    func mutations() throws {
        let contexts = try TLSServerContexts(TLSSettings(), [Authority.certificate("ecdsa")])
        let context = try Pair.context()
        var seed: UInt64 = 1
        for _ in 0..<500 {
            let pair = Pair(TLSEngine(server: contexts), TLSEngine(client: context, name: "mx.example.org"))
            var hello = Pair.takeCiphertext(pair.client)
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            hello[Int(seed >> 33) % hello.count] ^= UInt8(truncatingIfNeeded: seed >> 20) | 1
            pair.server.receive(hello)
            pair.run()
            #expect(pair.server.plaintextCount == 0)
        }
    }
}

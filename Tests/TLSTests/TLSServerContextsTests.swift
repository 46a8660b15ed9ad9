import Support
import Testing

@testable import TLS

@Suite struct TLSServerContextsTests {
    struct Row: CustomTestStringConvertible {
        let name: String?
        let shown: String
        var testDescription: String { "\(name ?? "nothing") gets \(shown)" }
    }

    static let rows = [
        Row(name: nil, shown: "ecdsa"), Row(name: "mx.example.org", shown: "ecdsa"),
        Row(name: "MX.Example.ORG", shown: "ecdsa"), Row(name: "example.org", shown: "ecdsa"),
        Row(name: "other.example.com", shown: "other"), Row(name: "a.example.net", shown: "wild"),
        Row(name: "A.EXAMPLE.net", shown: "wild"), Row(name: "example.net", shown: "ecdsa"),
        Row(name: "a.b.example.net", shown: "ecdsa"), Row(name: "unknown.example", shown: "ecdsa"),
        Row(name: "localhost", shown: "ecdsa"), Row(name: "192.0.2.1", shown: "ecdsa"),
    ]

    @Test("The certificate is chosen by the name that is asked for", arguments: rows, TLSVersion.allCases)
    func names(row: Row, version: TLSVersion) throws {
        let pair = try Pair(
            ["ecdsa", "wild", "other"],
            client: {
                $0.requiresVerification = false
                $0.offer.maximumVersion = version
            },
            name: row.name
        ).run()
        let shown = try Authority.certificate(row.shown)
        #expect(pair.client.facts?.peer?.fingerprint == shown.fingerprint)
        #expect(pair.server.serverEndPoint == shown.leaf.endPointHash)
        #expect(pair.talks())
    }

    @Test("Certificates are told for a name without a handshake")
    func lookup() throws {
        let contexts = try TLSServerContexts(
            TLSSettings(),
            ["ecdsa", "rsa", "wild"].map(Authority.certificate)
        )
        #expect(contexts.certificates(for: "mx.example.org").map(\.keyType) == [.ecdsa, .rsa])
        #expect(contexts.certificates(for: "x.example.net").map(\.subject) == ["CN=wild"])
        #expect(contexts.certificates(for: "nobody.example").map(\.keyType) == [.ecdsa, .rsa])
    }

    @Test(
        "ECDSA and RSA stand side by side for a name",
        arguments: ["mx.example.org", nil],
        [
            ("ECDHE-RSA-AES128-GCM-SHA256", "rsa"), ("ECDHE-ECDSA-AES128-GCM-SHA256", "ecdsa"),
        ]
    )
    func twins(name: String?, ciphers: (String, String)) throws {
        for order in [["ecdsa", "rsa"], ["rsa", "ecdsa"]] {
            let pair = try Pair(
                order,
                client: {
                    $0.offer.maximumVersion = .tls12
                    $0.offer.ciphers = ciphers.0
                },
                name: name
            ).run()
            let shown = try Authority.certificate(ciphers.1)
            #expect(pair.client.facts?.peer?.fingerprint == shown.fingerprint)
            #expect(pair.server.serverEndPoint == pair.client.serverEndPoint)
            #expect(pair.talks())
        }
    }

    @Test("In TLS 1.3 too the server knows which of the two it has shown")
    func twins13() throws {
        for order in [["ecdsa", "rsa"], ["rsa", "ecdsa"]] {
            let pair = try Pair(order).run()
            #expect(pair.server.facts?.version == "TLSv1.3")
            #expect(pair.server.serverEndPoint != nil)
            #expect(pair.server.serverEndPoint == pair.client.serverEndPoint)
        }
    }

    @Test("Of two certificates for the same name the one that ends later is shown")
    func later() throws {
        let long = try Authority.certificate("ecdsa")
        let contexts = try TLSServerContexts(TLSSettings(), [long, long])
        #expect(contexts.certificates(for: "mx.example.org").count == 1)
    }

    @Test("No certificate, or a setting that OpenSSL doesn't know, is told by a sentence")
    func settings() throws {
        func sentence(_ certificates: [TLSCertificate]? = nil, _ change: (inout TLSSettings) -> Void) -> String {
            var settings = TLSSettings()
            change(&settings)
            do throws(TLSError) {
                let certificate = try? Authority.certificate("ecdsa")
                _ = try TLSServerContexts(settings, certificates ?? [certificate].compactMap(\.self))
                return ""
            } catch {
                #expect(error.kind == .settings)
                return error.sentence
            }
        }
        #expect(sentence { _ in } == "")
        #expect(sentence([]) { _ in } == "There is no certificate with a key, so TLS cannot be offered.")
        #expect(sentence { $0.offer.ciphers = "NOSUCH" } == "ciphers: no cipher match.")
        #expect(sentence { $0.offer.ciphersuites = "NOSUCH" }.hasPrefix("ciphersuites: "))
        #expect(sentence { $0.offer.groups = "nosuch" }.hasPrefix("groups: "))
        #expect(sentence { $0.dhParameters = Array("x".utf8) }.hasPrefix("Diffie-Hellman parameters: "))
        #expect(sentence { ($0.offer.minimumVersion, $0.offer.maximumVersion) = (.tls13, .tls12) }.contains("least"))
        #expect(sentence { $0.trust = .authorities(file: "/nosuch") }.hasPrefix("/nosuch: "))
        #expect(sentence { $0.trust = .authorities(file: nil, folder: "/nosuch") }.hasPrefix("/nosuch: "))
        let missing = sentence {
            $0.clientCertificates = .require
            $0.trust = .authorities(file: "/nosuch")
        }
        #expect(missing.hasPrefix("/nosuch: "))
    }

    @Test("Diffie-Hellman parameters make DHE possible, and nothing else does", arguments: [true, false])
    func diffieHellman(isGiven: Bool) throws {
        let parameters = Program.shell("openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048", in: "/tmp")
        let pair = try Pair(
            server: { if isGiven { $0.dhParameters = Array(parameters.text.utf8) } },
            ["rsa"],
            client: {
                $0.offer.maximumVersion = .tls12
                $0.offer.ciphers = "DHE-RSA-AES128-GCM-SHA256"
            }
        ).run()
        #expect((pair.server.state == .open) == isGiven)
    }

    @Test("The order of ciphers is the server's, or the client's where that is asked for", arguments: [true, false])
    func order(isServers: Bool) throws {
        let pair = try Pair(
            server: {
                $0.honorsCipherOrder = isServers
                $0.offer.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"
            },
            client: {
                $0.offer.maximumVersion = .tls12
                $0.offer.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
            }
        ).run()
        #expect(pair.server.facts?.bits == (isServers ? 256 : 128))
    }

    @Test("A staple is seen by the client that asks for it, that of the certificate that is shown")
    func staples() throws {
        for (name, ciphers) in [("ecdsa", "ECDHE-ECDSA-AES128-GCM-SHA256"), ("rsa", "ECDHE-RSA-AES128-GCM-SHA256")] {
            let certificates = try ["ecdsa", "rsa"].map { name in
                var certificate = try Authority.certificate(name)
                certificate.staple = try Authority.bytes(name + ".ocsp")
                return certificate
            }
            let contexts = try TLSServerContexts(TLSSettings(), certificates)
            for asks in [true, false] {
                let context = try Pair.context {
                    $0.requestsStaple = asks
                    $0.offer.maximumVersion = .tls12
                    $0.offer.ciphers = ciphers
                }
                let client = TLSEngine(client: context, name: "mx.example.org")
                Pair(TLSEngine(server: contexts), client).run()
                #expect(try client.staple == (asks ? Authority.bytes(name + ".ocsp") : nil))
            }
        }
        let without = try Pair(client: { $0.requestsStaple = true }).run()
        #expect(without.client.state == .open)
        #expect(without.client.staple == nil)
    }
}

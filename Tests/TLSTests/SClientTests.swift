import Testing

@testable import TLS

@Suite struct SClientTests {
    private func engine(_ change: (inout TLSSettings) -> Void = { _ in }) throws -> TLSEngine {
        var settings = TLSSettings()
        change(&settings)
        let certificates = try [Authority.certificate("ecdsa"), Authority.certificate("rsa")]
        return TLSEngine(server: try TLSServerContexts(settings, certificates))
    }

    @Test("OpenSSL's client verifies us and talks", arguments: ["-tls1_2", "-tls1_3"])
    func talk(version: String) throws {
        let server = try engine()
        let output = try SClient.run(
            server,
            [version, "-verify_hostname", "mx.example.org", "-verify_return_error"],
            input: "hello\nquit\n"
        )
        #expect(output.contains("Verification: OK"))
        #expect(output.contains("HELLO\n"))
        #expect(output.contains("Secure Renegotiation IS"))
        #expect(server.facts?.version == (version == "-tls1_2" ? "TLSv1.2" : "TLSv1.3"))
    }

    @Test(
        "OpenSSL's client gets the certificate of the type of key that it can verify",
        arguments: [
            ("RSA+SHA256:RSA-PSS+SHA256", "RSA"), ("ECDSA+SHA256", "ECDSA"),
        ]
    )
    func keys(algorithms: String, type: String) throws {
        let output = try SClient.run(try engine(), ["-tls1_2", "-sigalgs", algorithms], input: "quit\n")
        #expect(output.contains("Peer signature type: \(type)"))
    }

    @Test("A client cannot renegotiate TLS 1.2")
    func renegotiation() throws {
        let server = try engine()
        let output = try SClient.run(server, ["-tls1_2"], input: "R\n")
        #expect(output.contains("no renegotiation"))
        #expect(server.plaintextCount == 0)
    }

    @Test("A staple is seen and verified by OpenSSL's client", arguments: ["-tls1_2", "-tls1_3"])
    func staple(version: String) throws {
        var certificate = try Authority.certificate("ecdsa")
        certificate.staple = try Authority.bytes("ecdsa.ocsp")
        let server = TLSEngine(server: try TLSServerContexts(TLSSettings(), [certificate]))
        let output = try SClient.run(server, [version, "-status"], input: "quit\n")
        #expect(output.contains("OCSP Response Status: successful"))
        #expect(output.contains("Cert Status: good"))
    }
}

import Support
import Testing

@testable import TLS

@Suite struct ClientCertificateTests {
    struct Row: CustomTestStringConvertible {
        let policy: TLSClientCertificates
        let shown: String?
        /// Nil when the handshake succeeds.
        var failure: TLSError.Kind?
        var fault: String?
        var identity: String?
        var testDescription: String { "\(policy.rawValue), \(shown ?? "nothing") shown" }
    }

    static let rows = [
        Row(policy: .none, shown: nil), Row(policy: .none, shown: "me"),
        Row(policy: .request, shown: nil), Row(policy: .request, shown: "me", identity: "me@example.org"),
        Row(policy: .request, shown: "plain", identity: "robot"),
        Row(policy: .request, shown: "alien", fault: "unable to"),
        Row(policy: .require, shown: nil, failure: .missingCertificate),
        Row(policy: .require, shown: "me", identity: "me@example.org"),
        Row(policy: .require, shown: "alien", failure: .badCertificate, fault: "unable to"),
    ]

    @Test("A client's certificate is ignored, reported or required", arguments: rows, TLSVersion.allCases)
    func policies(row: Row, version: TLSVersion) throws {
        let certificate = try row.shown.map(Authority.certificate)
        let pair = try Pair(
            server: {
                $0.clientCertificates = row.policy
                $0.trust = Authority.trust
            },
            client: {
                $0.certificate = certificate
                $0.offer.maximumVersion = version
            }
        ).run()
        if let failure = row.failure {
            guard case .failed(let error) = pair.server.state else {
                Issue.record("The handshake went through.")
                return
            }
            #expect(error.kind == failure)
            if let fault = row.fault { #expect(error.sentence.contains(fault)) }
            guard case .failed(let seen) = pair.client.state, case .alert = seen.kind else {
                Issue.record("The client does not know.")
                return
            }
            return
        }
        #expect(pair.talks())
        let peer = pair.server.facts?.peer
        #expect((peer != nil) == (row.policy != .none && row.shown != nil))
        #expect(peer?.fingerprint == (peer == nil ? nil : certificate?.fingerprint))
        #expect(peer?.identity == row.identity)
        #expect(peer?.isVerified == peer.map { _ in row.fault == nil })
        if let fault = row.fault { #expect(peer?.fault?.contains(fault) == true) }
    }

    @Test("Names of a certificate are told in printable ASCII")
    func names() throws {
        let peer = TLSPeerCertificate(try Authority.certificate("me").leaf, fault: nil)
        #expect(peer.subject == "CN=Me,O=\\C3\\9Cber & S\\C3\\B6hne")
        #expect(peer.issuer == "CN=Middle")
        #expect(peer.commonName == "Me")
        #expect(peer.emailAddresses == ["me@example.org", "second@example.org"])
        #expect(peer.hostNames == [])
        let shown = Program.shell("openssl x509 -in me.pem -noout -fingerprint -sha256", in: Authority.folder).text
        let digits = shown.split(separator: "=")[1].filter(\.isHexDigit).lowercased()
        #expect(peer.fingerprint == digits)
    }
}

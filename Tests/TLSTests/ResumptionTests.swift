import Testing

@testable import TLS

@Suite struct ResumptionTests {
    /// Shakes hands and says whether the session was resumed, with the session for the next time.
    private func connect(
        _ contexts: TLSServerContexts,
        _ version: TLSVersion,
        _ session: TLSSession? = nil,
        name: String = "mx.example.org",
        client: (inout TLSClientSettings) -> Void = { _ in }
    ) throws -> (server: TLSEngine, client: TLSEngine) {
        let context = try Pair.context {
            $0.offer.maximumVersion = version
            client(&$0)
        }
        let pair = Pair(
            TLSEngine(server: contexts),
            TLSEngine(client: context, name: name, resuming: session)
        ).run()
        #expect(pair.talks())
        #expect(pair.server.facts?.isResumed == pair.client.facts?.isResumed)
        return (pair.server, pair.client)
    }

    private func resumes(_ contexts: TLSServerContexts, _ version: TLSVersion, _ session: TLSSession?) throws -> Bool {
        let given = try #require(session)
        return try connect(contexts, version, given).server.facts?.isResumed == true
    }

    @Test("A ticket resumes a session, and the channel bindings hold", arguments: TLSVersion.allCases)
    func ticket(version: TLSVersion) throws {
        let certificates = try ["ecdsa", "rsa"].map(Authority.certificate)
        let contexts = try TLSServerContexts(TLSSettings(), certificates)
        let first = try connect(contexts, version)
        #expect(first.server.facts?.isResumed == false)
        let again = try connect(contexts, version, first.client.session)
        #expect(again.server.facts?.isResumed == true)
        #expect(again.server.facts?.serverName == "mx.example.org")
        #expect(again.server.tlsExporter == again.client.tlsExporter)
        #expect(again.server.tlsExporter != first.server.tlsExporter)
        #expect(again.server.serverEndPoint == first.server.serverEndPoint)
        #expect(again.server.serverEndPoint == again.client.serverEndPoint)
        #expect(again.server.serverEndPoint != nil)
        // And once more, by the ticket that the resumed connection gave.
        let third = try connect(contexts, version, again.client.session)
        #expect(third.server.facts?.isResumed == true)
        #expect(third.server.serverEndPoint == third.client.serverEndPoint)
    }

    @Test("Two rotations of the keys leave a ticket good, three don't", arguments: TLSVersion.allCases)
    func rotation(version: TLSVersion) throws {
        let contexts = try TLSServerContexts(TLSSettings(), [Authority.certificate("ecdsa")])
        let session = try connect(contexts, version).client.session
        contexts.rotateTicketKeys()
        contexts.rotateTicketKeys()
        let again = try connect(contexts, version, session)
        #expect(again.server.facts?.isResumed == true)
        contexts.rotateTicketKeys()
        #expect(try !resumes(contexts, version, session))
        // The ticket that came with the resumed connection was sealed with the newest key.
        #expect(try resumes(contexts, version, again.client.session))
    }

    @Test("A new set with the old keys resumes, one with its own keys doesn't", arguments: TLSVersion.allCases)
    func reload(version: TLSVersion) throws {
        let keys = TLSTicketKeys()
        let certificates = [try Authority.certificate("ecdsa")]
        let old = try TLSServerContexts(TLSSettings(), certificates, tickets: keys)
        let session = try connect(old, version).client.session
        #expect(try resumes(TLSServerContexts(TLSSettings(), certificates, tickets: keys), version, session))
        #expect(try !resumes(TLSServerContexts(TLSSettings(), certificates), version, session))
    }

    @Test("Without tickets nothing is resumed", arguments: TLSVersion.allCases)
    func off(version: TLSVersion) throws {
        var settings = TLSSettings()
        settings.givesTickets = false
        let contexts = try TLSServerContexts(settings, [Authority.certificate("ecdsa")])
        let first = try connect(contexts, version)
        if let session = first.client.session { #expect(try !resumes(contexts, version, session)) }
        if version == .tls13 { #expect(first.client.session == nil) }
    }

    @Test(
        "A ticket from where no certificate is asked for is no way past one that requires it",
        arguments: TLSVersion.allCases
    )
    func policy(version: TLSVersion) throws {
        let keys = TLSTicketKeys()
        let certificates = [try Authority.certificate("ecdsa")]
        let session = try connect(TLSServerContexts(TLSSettings(), certificates, tickets: keys), version).client.session
        var strict = TLSSettings()
        strict.clientCertificates = .require
        strict.trust = Authority.trust
        let contexts = try TLSServerContexts(strict, certificates, tickets: keys)
        let context = try Pair.context { $0.offer.maximumVersion = version }
        let pair = Pair(
            TLSEngine(server: contexts),
            TLSEngine(client: context, name: "mx.example.org", resuming: session)
        ).run()
        guard case .failed(let error) = pair.server.state else {
            Issue.record("The client came in without a certificate.")
            return
        }
        #expect(error.kind == .missingCertificate)
    }

    @Test("A resumed session still has its client's certificate", arguments: TLSVersion.allCases)
    func identity(version: TLSVersion) throws {
        var settings = TLSSettings()
        settings.clientCertificates = .require
        settings.trust = Authority.trust
        let contexts = try TLSServerContexts(settings, [Authority.certificate("ecdsa")])
        let me = try Authority.certificate("me")
        let first = try connect(contexts, version) { $0.certificate = me }
        let again = try connect(contexts, version, first.client.session) { $0.certificate = me }
        #expect(again.server.facts?.isResumed == true)
        #expect(again.server.facts?.peer == first.server.facts?.peer)
        #expect(again.server.facts?.peer?.identity == "me@example.org")
    }
}

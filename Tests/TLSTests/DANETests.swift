import Support
import System
import Testing

@testable import TLS

/// TLSA records held against the certificates of a server that nobody's authorities know.
@Suite struct DANETests {
    /// What a record names: the certificate or its public key, whole or as a digest.
    private static func data(_ name: String, selector: UInt8, matching: UInt8) throws -> [UInt8] {
        let file = Authority.path(name + ".pem")
        let der =
            selector == 0
            ? "openssl x509 -in \(file) -outform der"
            : "openssl x509 -in \(file) -noout -pubkey | openssl pkey -pubin -outform der"
        let digest = ["cat", "openssl dgst -sha256 -binary", "openssl dgst -sha512 -binary"][Int(matching)]
        let outcome = Program.shell("\(der) | \(digest) | od -An -v -tx1", in: Authority.folder)
        #expect(outcome.status == 0)
        return outcome.text.split { $0 == " " || $0 == "\n" }.compactMap { UInt8($0, radix: 16) }
    }

    private static func record(
        _ name: String,
        _ usage: UInt8,
        _ selector: UInt8,
        _ matching: UInt8
    ) throws -> TLSARecord {
        let data = try data(name, selector: selector, matching: matching)
        return TLSARecord(usage: usage, selector: selector, matching: matching, data: data)
    }

    private func meet(
        _ certificate: String,
        _ demand: TLSADemand,
        name: String = "mx.example.org"
    ) throws -> Pair {
        let contexts = try TLSServerContexts(TLSSettings(), [try Authority.certificate(certificate)])
        let client = TLSEngine(client: try Pair.context { $0.trust = .nobody }, name: name, demand: demand)
        return Pair(TLSEngine(server: contexts), client).run()
    }

    private func failure(_ engine: TLSEngine) -> TLSError? {
        if case .failed(let error) = engine.state { error } else { nil }
    }

    @Test(
        "A record that names the certificate or its key is enough, whatever its name is",
        arguments: [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] as [(UInt8, UInt8)]
    )
    func endEntity(_ selector: UInt8, _ matching: UInt8) throws {
        let record = try Self.record("other", 3, selector, matching)
        let pair = try meet("other", TLSADemand([record]))
        #expect(pair.talks())
        #expect(pair.client.facts?.peer?.isVerified == true)
        #expect(pair.client.matchedTLSA == record)
    }

    @Test("A record that names an authority asks for the name too, or one of the others")
    func authority() throws {
        let demand = TLSADemand([try Self.record("middle", 2, 0, 1)])
        let good = try meet("ecdsa", demand)
        #expect(good.talks())
        #expect(good.client.matchedTLSA?.usage == 2)
        let wrong = try meet("ecdsa", demand, name: "mail.example.com")
        #expect(failure(wrong.client)?.kind == .badCertificate)
        #expect(failure(wrong.client)?.sentence.contains("hostname mismatch") == true)
        let others = TLSADemand(demand.records, otherNames: ["nobody.example", "example.org"])
        #expect(try meet("ecdsa", others, name: "mail.example.com").talks())
    }

    @Test("A certificate that no record names ends the handshake, and one of several is enough")
    func mismatch() throws {
        let wrong = [try Self.record("rsa", 3, 1, 1), try Self.record("foreign", 2, 0, 1)]
        let pair = try meet("ecdsa", TLSADemand(wrong))
        #expect(failure(pair.client)?.kind == .badCertificate)
        #expect(pair.client.facts == nil)
        #expect(try meet("ecdsa", TLSADemand(wrong + [try Self.record("ecdsa", 3, 1, 1)])).talks())
    }

    @Test("Records that can't be used leave TLS without verification, and what can be used still counts")
    func unusable() throws {
        let digest = try Self.data("rsa", selector: 1, matching: 1)
        let unusable = [
            // What the public's authorities say counts for nothing: RFC 7672 §3.1.3.
            TLSARecord(usage: 1, selector: 1, matching: 1, data: digest),
            TLSARecord(usage: 0, selector: 1, matching: 1, data: digest),
            TLSARecord(usage: 9, selector: 1, matching: 1, data: digest),
            TLSARecord(usage: 3, selector: 7, matching: 1, data: digest),
            TLSARecord(usage: 3, selector: 1, matching: 9, data: digest),
            TLSARecord(usage: 3, selector: 1, matching: 1, data: [1, 2, 3]),
            TLSARecord(usage: 3, selector: 0, matching: 0, data: [0x30]),
            TLSARecord(usage: 3, selector: 1, matching: 1, data: []),
        ]
        let pair = try meet("ecdsa", TLSADemand(unusable))
        #expect(pair.talks())
        #expect(!pair.client.canUseTLSA)
        #expect(pair.client.matchedTLSA == nil)
        let mixed = try meet("ecdsa", TLSADemand(unusable + [try Self.record("rsa", 3, 1, 1)]))
        #expect(failure(mixed.client)?.kind == .badCertificate)
        #expect(mixed.client.canUseTLSA)
    }

    @Test("A record is written as a zone has it, its data cut")
    func text() {
        let record = TLSARecord(usage: 3, selector: 1, matching: 1, data: Array(0..<32))
        #expect(record.description == "3 1 1 0001020304050607...")
    }
}

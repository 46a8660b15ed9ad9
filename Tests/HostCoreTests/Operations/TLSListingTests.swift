import System
import Testing

@testable import HostCore

@Suite struct TLSListingTests {
    private static func listing(_ files: [String: String], later days: Int64 = 0) throws -> TLSListing {
        let service = try Service(try TLSConfigurationTests.filled(files))
        // Half a day, so that the seconds which have passed make no difference.
        let now = SystemTime.wallSeconds + days * 86_400 + 43_200
        return try TLSListing(service.path, installation: service.installation, now: now)
    }

    @Test func eachCertificateHasALine() throws {
        let listing = try Self.listing([
            "me": "mx.example.org", "smtp.ini": "listen=127.0.0.1:25,127.0.0.1:465,127.0.0.1:587,127.0.0.1:26\n",
            "tls.ini": "require_tls_ports[]=587\nno_starttls_ports[]=26\n", "tls/a.pem": "other bundle",
            "tls/b.pem": "mx bundle", "tls/c.pem": "rsa bundle",
        ])
        let lines = listing.text.split(separator: "\n").map(String.init)
        #expect(listing.isGood)
        #expect(lines.dropFirst(4).allSatisfy { $0.contains("everybody can read") })
        #expect(lines[0].hasPrefix("Names") && lines[0].hasSuffix("Shown on"))
        let places = "127.0.0.1:25 STARTTLS, 127.0.0.1:465 TLS, 127.0.0.1:587 STARTTLS required"
        let cells = lines[1].split(separator: "  ").map(\.trimmed).filter { !$0.isEmpty }
        #expect(cells[..<5] == ["mx.example.org, example.org", "ECDSA 256", "yes", "1", "89"])
        #expect(cells[5].wholeMatch(of: /20\d\d-\d\d-\d\d/) != nil)
        #expect(cells[6...] == ["CN=Middle", "config/tls/b.pem", places + "; also without a name"])
        #expect(lines[2].hasPrefix("other.example.com") && lines[2].hasSuffix(places))
        #expect(lines[3].contains("RSA 2048") && lines[3].hasSuffix(places))
    }

    @Test func oneThatIsNeverShownIsToldFrom() throws {
        let listing = try Self.listing([
            "tls/a.pem": "other bundle", "tls/b.pem": "mx bundle", "tls/c.pem": "renewed bundle",
        ])
        let lines = listing.text.split(separator: "\n")
        #expect(lines.first { $0.contains("tls/b.pem") }?.contains("another one for these names ends later") == true)
        #expect(lines.first { $0.contains("tls/c.pem") }?.contains("another one") == false)
    }

    @Test func withoutOneItSaysHowToGetOne() throws {
        let listing = try Self.listing([:])
        #expect(listing.isGood && listing.text.contains("haraka tls add"))
    }

    @Test(arguments: [
        (["tls/a.pem": "soon bundle"], 0, true, "warning: config/tls/a.pem: the certificate ends in 14 days; renew it"),
        (["tls/a.pem": "urgent bundle"], 0, false, "error: config/tls/a.pem: the certificate ends in 4 days; renew it"),
        (["tls/a.pem": "mx bundle"], 200, false, "error: config/tls/a.pem: the certificate has ended; renew it"),
        (["tls/a.pem": "mx.pem"], 0, false, "error: config/tls/a.pem: its private key is missing"),
        (["tls/a.pem": "mx bundle", "tls.ini": "ciphers=x"], 0, false, "error: config/tls.ini:1: ciphers: "),
    ])
    func problemsStandBelow(_ files: [String: String], _ later: Int64, _ isGood: Bool, _ line: String) throws {
        let listing = try Self.listing(files, later: later)
        #expect(listing.isGood == isGood)
        #expect(listing.text.split(separator: "\n").dropFirst().contains { $0.hasPrefix(line) }, "\(listing.text)")
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

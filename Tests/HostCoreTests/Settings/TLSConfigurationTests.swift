import Config
import Foundation
import SMTP
import System
import TLS
import Testing

@testable import HostCore

@Suite struct TLSConfigurationTests {
    private static func tls(_ files: [String: String]) throws -> TLSConfiguration {
        try Service(files).configuration().tls
    }

    @Test func withoutACertificateTLSIsQuietlyOff() throws {
        let service = try Service(["me": "mx.example.org"])
        #expect(try service.problems().filter { $0.severity > .notice }.map(\.description) == [])
        let tls = try service.configuration().tls
        #expect(!tls.isOn && tls.contexts(port: 25) == nil)
        #expect(tls.startTLS(port: 25, remote: "192.0.2.1") == .off)
    }

    @Test func filesToBeReadAreNoCertificates() throws {
        #expect(try !Self.tls(["tls/README": "See haraka -h tls.", "tls/notes.txt": "x"]).isOn)
    }

    /// `haraka -i` lays such a file down.
    @Test func theShippedFileAloneAsksForNothing() throws {
        let shipped = String(
            decoding: try Data(contentsOf: URL(filePath: Checkout.path("config/tls.ini"))),
            as: UTF8.self
        )
        #expect(try !Self.tls(["tls.ini": shipped]).isOn)
    }

    @Test(arguments: [
        ["tls/mx.pem": "mx bundle"], ["tls/a/cert.pem": "mx.pem", "tls/a/privkey.pem": "mx.key"],
        ["tls_cert.pem": "mx.pem", "tls_key.pem": "mx.key"], ["tls_cert.pem": "mx bundle"],
        ["tls.ini": "cert=a.crt\nkey=b.key\n", "a.crt": "mx.pem", "b.key": "mx.key"],
        ["tls.ini": "passphrase=sesame\n", "tls/a.pem": "mx.pem", "tls/b.pem": "sealed.key"],
        ["tls.ini": "[mx.example.org]\ncert=a.crt\nkey=b.key\n", "a.crt": "mx.pem", "b.key": "mx.key"],
    ])
    func certificatesAreFoundHoweverTheyLie(_ files: [String: String]) throws {
        let tls = try Self.tls(try Self.filled(files))
        #expect(tls.certificates.map(\.names) == [["mx.example.org", "example.org"]])
        #expect(tls.isOn)
        #expect(tls.certificates[0].chainCount == 1)
        #expect(tls.startTLS(port: 25, remote: "192.0.2.1") == .offered)
    }

    /// "mx bundle", "mx.pem" and "mx.key" become what they are the names of.
    static func filled(_ files: [String: String]) throws -> [String: String] {
        try files.mapValues { text in
            if text.hasSuffix(" bundle") { return try Certificates.bundle(String(text.dropLast(7))) }
            return [".pem", ".key"].contains(where: text.hasSuffix) ? try Certificates.text(text) : text
        }
    }

    @Test func severalPairsStandSideBySide() throws {
        let ini = "cert[]=rsa.crt\nkey[]=rsa.key\ncert[]=ec.crt\nkey[]=ec.key\n"
        let files = [
            "tls.ini": ini, "rsa.crt": "rsa.pem", "rsa.key": "rsa.key", "ec.crt": "mx.pem", "ec.key": "mx.key",
        ]
        let tls = try Self.tls(try Self.filled(files))
        #expect(tls.certificates.map(\.keyType) == [.rsa, .ecdsa])
        #expect(tls.contexts?.certificates(for: "mx.example.org").count == 2)
    }

    @Test(arguments: [
        ("mx.example.org", [:], "mx.example.org"), ("other.example.com", [:], "other.example.com"),
        ("a.example.net", [:], "*.example.net"), ("unknown", [:], "mx.example.org"),
        ("unknown", ["tls_cert.pem": "wild bundle"], "*.example.net"),
        ("mx.example.org", ["tls_cert.pem": "wild bundle"], "*.example.net"),
    ])
    func theFirstIsTheNamedOneOrThatOfTheServersName(
        _ me: String,
        _ more: [String: String],
        _ first: String
    ) throws {
        var files = ["me": me, "tls/1.pem": "mx bundle", "tls/2.pem": "other bundle"]
        if more.isEmpty { files["tls/3.pem"] = "wild bundle" }
        let tls = try Self.tls(try Self.filled(files.merging(more) { $1 }))
        #expect(tls.certificates.count == 3)
        #expect(tls.certificates.first?.names.first == first)
    }

    @Test(arguments: [
        ("", 25, TLSClientCertificates.request, Policy.StartTLS.offered),
        ("requestCert=false", 25, .none, .offered), ("no_starttls_ports[]=25\n", 25, .request, .off),
        ("no_starttls_ports=25,587\n", 587, .request, .off), ("no_starttls_ports[]=25\n", 587, .request, .offered),
        ("require_tls_ports[]=587\n", 587, .request, .required),
        ("require_tls_ports[]=587\n", 25, .request, .offered),
        ("rejectUnauthorized=true\nca=ca.pem\n", 25, .require, .offered),
        ("requireAuthorized[]=587\nca=ca.pem\n", 25, .request, .offered),
        ("requireAuthorized[]=587\nca=ca.pem\n", 587, .request, .required),
        ("[no_tls_hosts]\n192.0.2.0/24\n", 25, .request, .off),
        ("[no_tls_hosts]\n192.0.2.2\n2001:db8::/32\n", 25, .request, .offered),
        ("[no_tls_hosts]\n192.0.2.1=false\n", 25, .request, .offered),
        ("require_tls_ports[]=25\n[no_tls_hosts]\n192.0.2.1\n", 25, .request, .required),
    ])
    func aPortHasItsPolicy(
        _ ini: String,
        _ port: Int,
        _ certificates: TLSClientCertificates,
        _ policy: Policy.StartTLS
    ) throws {
        let files = ["tls.ini": ini, "tls/mx.pem": "mx bundle", "ca.pem": "root.pem"]
        let tls = try Self.tls(try Self.filled(files))
        #expect(tls.settings.clientCertificates == certificates)
        #expect(tls.startTLS(port: port, remote: "192.0.2.1") == policy)
        let isStrict = ini.hasPrefix("requireAuthorized") && port == 587
        #expect(tls.requiresClientCertificate(port: port) == isStrict)
        #expect((tls.contexts(port: port) === tls.contexts) == !isStrict)
        #expect(tls.contexts(port: port) != nil && tls.contexts(port: nil) === tls.contexts)
    }

    @Test func theKeysOfTheHandshakeAreTaken() throws {
        let ini = """
            minVersion=TLSv1.3
            ciphers=TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES256-GCM-SHA384
            honorCipherOrder=false
            ecdhCurve=P-384
            ticket_rotation=1h
            """
        let tls = try Self.tls(["tls.ini": ini, "tls/mx.pem": try Certificates.bundle("mx")])
        #expect(tls.settings.offer.minimumVersion == .tls13)
        #expect(tls.settings.offer.ciphersuites == "TLS_AES_256_GCM_SHA384")
        #expect(tls.settings.offer.ciphers == "ECDHE-RSA-AES256-GCM-SHA384")
        #expect(tls.settings.offer.groups == "P-384")
        #expect(!tls.settings.honorsCipherOrder)
        #expect(tls.ticketRotation == .seconds(3600) && tls.settings.givesTickets)
        #expect(tls.implicitPort == 465 && tls.isImplicit(port: 465) && !tls.isImplicit(port: nil))
    }

    @Test func withoutKeysTheHandshakeIsTheRoomsOwn() throws {
        let tls = try Self.tls(["tls/mx.pem": try Certificates.bundle("mx"), "smtp.ini": "smtps_port=0\n"])
        #expect(tls.settings.offer == TLSOffer())
        #expect(tls.settings.honorsCipherOrder && tls.settings.dhParameters == nil)
        #expect(tls.ticketRotation == .seconds(12 * 3600))
        #expect(tls.implicitPort == nil)
        let none = try Self.tls(["tls.ini": "ticket_rotation=0", "tls/mx.pem": try Certificates.bundle("mx")])
        #expect(none.ticketRotation == nil && !none.settings.givesTickets)
    }

    private static let mx = ["tls/mx.pem": "mx bundle"]

    /// What stands in config/, and how each error begins and what it holds.
    @Test(
        arguments: [
            (["tls.ini": "minVersion=TLSv1.2\n"], "config/tls.ini: there is no certificate", "haraka tls add"),
            (["smtp.ini": "\nlisten=[::0]:25,[::0]:465\n"], "config/smtp.ini:2: port 465 speaks TLS", "haraka tls add"),
            (["tls/mx.pem": "mx.pem"], "config/tls/mx.pem: its private key is missing", "put it into this folder"),
            (["tls/mx.pem": "mx.key"], "config/tls/mx.pem: no certificate belongs to this key", ""),
            (
                ["tls/mx.pem": "mx.pem", "tls/mx.key": "other.key"], "config/tls/mx.pem: the key in config/tls/mx.key",
                ""
            ),
            // An authority needs no key, unless it is all that there is.
            (["tls/mx.pem": "root.pem"], "config/tls: no certificate here has its private key", "haraka tls add"),
            (["tls_cert.pem": "root.pem"], "config/tls_cert.pem: no certificate here has its private key", ""),
            (["tls/mx.pem": "x"], "config/tls/mx.pem: is not PEM", ""),
            (
                ["tls/mx.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n"], "config/tls/mx.pem: block 1",
                "copy the file again"
            ),
            (["tls/a.pem": "mx.pem", "tls/b.pem": "sealed.key"], "config/tls/b.pem: the private key is encrypted", ""),
            (
                ["tls.ini": "passphrase=x\n", "tls/a.pem": "mx.pem", "tls/b.pem": "sealed.key"],
                "config/tls/b.pem: the passphrase does not open", ""
            ),
            (
                ["tls.ini": "\ncert=gone.pem\nkey=gone.key\n"], "config/tls.ini:2: config/gone.pem: is not there",
                "put the file there"
            ),
            (["tls.ini": "cert=a.pem\n", "a.pem": "other.pem"], "config/tls.ini:1: config/a.pem: its private key", ""),
            (["tls_cert.pem": "mx.pem"], "config/tls_cert.pem: its private key is missing", ""),
            (["tls.ini": "ciphers=NONSENSE\n"], "config/tls.ini:1: ciphers: ", ""),
            (["tls.ini": "\necdhCurve=P-1\n"], "config/tls.ini:2: ecdhCurve: ", ""),
            (["tls.ini": "dhparam=gone.pem\n"], "config/tls.ini:1: config/gone.pem can't be read", "openssl dhparam"),
            (["tls.ini": "dhparam=dh.pem\n", "dh.pem": "x"], "config/tls.ini:1: dhparam: ", ""),
            (["dhparams.pem": "x"], "config/tls.ini: dhparam: ", ""),
            (["tls.ini": "ca=gone.pem\n"], "config/tls.ini:1: config/gone.pem: ", ""),
            (["tls.ini": "minVersion=TLSv1\n"], "config/tls.ini:1: minVersion must be TLSv1.2 or TLSv1.3", ""),
            (["tls.ini": "rejectUnauthorized=true\n"], "config/tls.ini:1: rejectUnauthorized needs ca", ""),
            (["tls.ini": "\nrequireAuthorized[]=587\n"], "config/tls.ini:2: requireAuthorized needs ca", ""),
            (["tls.ini": "requireAuthorized[]=x\n"], "config/tls.ini:1: requireAuthorized must be port numbers", "'x'"),
            (["tls.ini": "no_starttls_ports[]=70000"], "config/tls.ini:1: no_starttls_ports must be port numbers", ""),
            (
                ["tls.ini": "no_starttls_ports[]=25\nrequire_tls_ports[]=25\n"],
                "config/tls.ini:2: port 25 needs TLS", "take it out of one"
            ),
            (["tls.ini": "[no_tls_hosts]\nlocalhost\n"], "config/tls.ini:2: 'localhost' is no network", ""),
            (["tls.ini": "crl=a.pem\n"], "config/tls.ini:1: crl isn't supported: ", "ca"),
            (["tls.ini": "pfx=a.pfx\n"], "config/tls.ini:1: pfx isn't supported: ", "openssl pkcs12"),
            (["tls.ini": "\n[nowhere.example.org]\n"], "config/tls.ini:2: [nowhere.example.org] is the name of no", ""),
            (
                ["tls.ini": "[b.example.org]\ncert=a.pem\n", "a.pem": "other bundle"],
                "config/tls.ini:1: [b.example.org]: its certificate is for other.example.com", ""
            ),
            (
                ["tls.ini": "[mx.example.org]\nrejectUnauthorized=true\n"],
                "config/tls.ini:2: rejectUnauthorized in [mx.example.org] isn't supported", "[main]"
            ),
            (["tls.ini": "[inbound]\nkey=a.pem\n"], "config/tls.ini:2: key in [inbound] isn't supported", "[main]"),
        ] as [([String: String], String, String)]
    )
    func whatIsBrokenStopsTheStartAndSaysWhatToDo(_ files: [String: String], _ start: String, _ rest: String) throws {
        // A setting that fails, fails beside a good certificate.
        let isAboutFiles =
            files.keys.contains { $0.hasPrefix("tls/") || $0.hasPrefix("tls_") } || start.contains("no cert")
        let isAlone = isAboutFiles || files["smtp.ini"] != nil
        let service = try Service(try Self.filled(isAlone ? files : files.merging(Self.mx) { $1 }))
        let errors = try service.errors()
        #expect(errors.contains { $0.hasPrefix(start) && (rest.isEmpty || $0.contains(rest)) }, "\(errors)")
        #expect(throws: StartError.self) { try service.configuration() }
    }

    @Test(arguments: [
        ("requestOCSP=true", "NAME.ocsp"), ("secureProtocol=TLSv1_2_method", "minVersion"),
        ("secureOptions=1", "minVersion"), ("sessionIdContext=x", "the server makes it"),
        ("mutual_tls=true", "other hosts"),
        ("[outbound]\nciphers=x", "outbound.routes.ini"), ("[redis]\nhost=x", "remembered without it"),
        ("[mx.example.org]\nciphers=x", "[main]"), ("[mutual_auth_hosts]\nexample.com=x", "other hosts"),
    ])
    func whatHasNoEffectIsSaid(_ ini: String, _ words: String) throws {
        let service = try Service(["tls.ini": ini, "tls/mx.pem": try Certificates.bundle("mx")])
        let warnings = try service.problems().filter { $0.severity == .warning }.map(\.description)
        let line = ini.contains("\n") ? 2 : 1
        #expect(
            warnings.contains {
                $0.hasPrefix("config/tls.ini:\(line): ") && $0.contains("has no effect") && $0.contains(words)
            },
            "\(warnings)"
        )
        #expect(try service.configuration().tls.isOn)
    }

    @Test func anEndedCertificateIsShownAllTheSame() throws {
        let service = try Service(["tls/mx.pem": try Certificates.bundle("mx")])
        let snapshot = try ConfigDirectory(path: service.path + "/config").read()
        var reader = TLSReader(
            directory: service.path,
            snapshot: snapshot,
            settings: snapshot.validate(Schemas.tls).settings,
            smtp: snapshot.validate(Schemas.smtp).settings,
            now: SystemTime.wallSeconds + 100 * 86_400
        )
        let tls = reader.read(tickets: TLSTicketKeys())
        #expect(tls.isOn)
        #expect(reader.problems.allSatisfy { $0.severity == .warning })
        #expect(reader.problems.contains { $0.description.hasPrefix("config/tls/mx.pem: expired") })
    }

    @Test func harakasPluginLineIsTakenOut() throws {
        let on = try Service(["plugins": "relay\ntls\n", "tls/mx.pem": try Certificates.bundle("mx")])
        #expect(try on.configuration().plugins.map(\.name) == ["relay"])
        #expect(try on.problems().contains { $0.severity == .notice && $0.line == 2 && $0.key == "tls" })
        let off = try Service(["plugins": "tls\n"])
        #expect(try off.problems().contains { $0.severity == .warning && $0.description.contains("no certificate") })
        #expect(try off.configuration().plugins.isEmpty)
    }

    @Test func aPassphraseThatEverybodyCanReadIsAWarning() throws {
        let service = try Service(["tls.ini": "passphrase=sesame\n", "tls/mx.pem": try Certificates.bundle("mx")])
        #expect(try service.problems().contains { $0.key == "passphrase" && $0.severity == .warning })
        #expect(try !service.problems().contains { $0.description.contains("sesame") })
    }

    @Test func theTicketKeysGoOnFromOneReadingToTheNext() throws {
        let service = try Service(["tls/mx.pem": try Certificates.bundle("mx")])
        let first = try service.configuration().tls
        let second = try Configuration.read(service.path, service.installation, tickets: first.tickets).tls
        #expect(first.contexts !== second.contexts)
        #expect(first.contexts?.tickets === second.contexts?.tickets)
    }

    @Test(arguments: [
        ("mx.example.org", true), ("MX.Example.ORG", true), ("example.org", true), ("x.example.org", false),
        ("a.example.net", true), ("a.b.example.net", false), ("example.net", false), ("*.example.net", true),
        ("*.example.org", false),
    ])
    func aNameIsCoveredWholeOrByAWildcard(_ name: String, _ isCovered: Bool) throws {
        let files = try Self.filled(["tls/1.pem": "mx bundle", "tls/2.pem": "wild bundle"])
        #expect(try Self.tls(files).certificates.contains { $0.covers(name) } == isCovered)
    }
}

import System
import Testing

@testable import TLS

@Suite struct TLSCertificateFolderTests {
    static let now = SystemTime.wallSeconds

    /// A folder that goes when the test is over.
    final class Place {
        let path: String

        init() throws {
            path = "/tmp/haraka-tls-" + Randomness.word(count: 16)
            try Files.makeDirectory(path)
        }

        deinit { try? Files.remove(path) }

        /// Puts what the authority has issued, one thing behind the other, into a file.
        func put(_ sources: [String], _ name: String, mode: UInt32 = 0o640) throws {
            try write(sources.flatMap { try Authority.bytes($0) }, name, mode: mode)
        }

        func write(_ bytes: [UInt8], _ name: String, mode: UInt32 = 0o640) throws {
            let target = path + "/" + name
            try Files.makeDirectory(Files.split(target).folder)
            let file = try FileDescriptor.open(target, [.write, .create, .truncate])
            try file.writeAll(bytes)
            try file.changeMode(mode)
        }

        func link(_ name: String, to target: String) throws {
            try Files.makeDirectory(Files.split(path + "/" + name).folder)
            try Files.makeLink(path + "/" + name, to: target)
        }

        func scan(
            files: [String] = [],
            now: Int64 = TLSCertificateFolderTests.now,
            passphrase: String? = nil
        ) -> TLSCertificateScan {
            TLSCertificateFolder.scan(
                files: files.map { path + "/" + $0 },
                folder: path + "/tls",
                now: now,
                passphrase: passphrase.map { Array($0.utf8) }
            )
        }

        /// The problems with the folder's path left out.
        func sentences(_ scan: TLSCertificateScan) -> [String] {
            scan.problems.map { problem in
                problem.sentence.split(separator: path + "/", omittingEmptySubsequences: false).joined()
            }
        }
    }

    private func expect(_ place: Place, _ names: [String], chains: [Int], _ note: Comment) throws {
        let scan = place.scan()
        #expect(place.sentences(scan) == [], note)
        #expect(scan.certificates.map(\.subject) == names.map { "CN=" + $0 }, note)
        #expect(scan.certificates.map(\.chainCount) == chains, note)
        if !scan.certificates.isEmpty { _ = try TLSServerContexts(TLSSettings(), scan.certificates) }
    }

    @Test("Certificates and keys are found in every layout")
    func layouts() throws {
        let split = try Place()
        try split.put(["ecdsa.pem", "middle.pem"], "tls/a.pem")
        try split.put(["ecdsa.key"], "tls/b.pem")
        try expect(split, ["mx.example.org"], chains: [1], "split, under names that don't belong together")

        let bundled = try Place()
        try bundled.put(["ecdsa.key", "ecdsa.pem", "middle.pem"], "tls/mx.pem")
        try bundled.put(["wild.pem", "middle.pem", "wild.key"], "tls/deep/er/wild.pem")
        try expect(bundled, ["wild", "mx.example.org"], chains: [1, 1], "bundled, key first or last, in folders")

        let disorder = try Place()
        try disorder.put(["root.pem", "middle.pem", "ecdsa.pem", "ecdsa.key"], "tls/mx.pem")
        try expect(disorder, ["mx.example.org"], chains: [1], "a chain in the wrong order and with its root")

        let chainApart = try Place()
        try chainApart.put(["ecdsa.pem"], "tls/mx.crt")
        try chainApart.put(["ecdsa.key"], "tls/mx.key")
        try chainApart.put(["middle.pem"], "tls/ca.crt")
        try expect(chainApart, ["mx.example.org"], chains: [1], "the chain in a file of its own")

        let own = try Place()
        try own.put(["root.pem", "root.key"], "tls/own.pem")
        try expect(own, ["Root"], chains: [0], "one that signs itself")

        let windows = try Place()
        let text = try Authority.bytes("ecdsa.full.pem") + Authority.bytes("ecdsa.key")
        try windows.write(Array("Bag Attributes\r\n".utf8) + text.flatMap { $0 == 10 ? [13, 10] : [$0] }, "tls/mx.pem")
        try expect(windows, ["mx.example.org"], chains: [1], "lines that end as on Windows, and commentary")

        try expect(try Place(), [], chains: [], "no folder")
    }

    @Test("certbot's folders are read, be they linked or copied")
    func certbot() throws {
        let place = try Place()
        for (name, file) in [("ecdsa.pem", "cert1"), ("middle.pem", "chain1"), ("ecdsa.full.pem", "fullchain1")] {
            try place.put([name], "letsencrypt/archive/mx.example.org/\(file).pem")
        }
        try place.put(["ecdsa.key"], "letsencrypt/archive/mx.example.org/privkey1.pem", mode: 0o600)
        for file in ["cert", "chain", "fullchain", "privkey"] {
            let target = "../../archive/mx.example.org/\(file)1.pem"
            try place.link("letsencrypt/live/mx.example.org/\(file).pem", to: target)
        }
        try place.write(Array("This directory contains your keys.\n".utf8), "letsencrypt/live/README")
        for (link, target) in [
            ("tls", "letsencrypt/live"), ("tls", "letsencrypt"), ("tls/mx", "../letsencrypt/live/mx.example.org"),
        ] {
            try place.link(link, to: target)
            try expect(place, ["mx.example.org"], chains: [1], "\(link) to \(target)")
            #expect(place.scan().certificates.first?.certificateFile.hasSuffix("/fullchain.pem") == true)
            #expect(place.scan().certificates.first?.keyFile.hasSuffix("/privkey.pem") == true)
            try Files.remove(place.path + "/tls")
        }
    }

    @Test("A link that leads in a circle ends")
    func circle() throws {
        let place = try Place()
        try place.put(["ecdsa.key", "ecdsa.full.pem"], "tls/mx.pem")
        try place.link("tls/again", to: ".")
        try expect(place, ["mx.example.org"], chains: [1], "a circle")
    }

    @Test("Named files come first and must be there")
    func named() throws {
        let place = try Place()
        try place.put(["ecdsa.full.pem"], "tls_cert.pem")
        try place.put(["ecdsa.key"], "tls_key.pem", mode: 0o600)
        try place.put(["wild.full.pem", "wild.key"], "tls/a.pem")
        let scan = place.scan(files: ["tls_cert.pem", "tls_key.pem"])
        #expect(place.sentences(scan) == [])
        #expect(scan.certificates.map(\.subject) == ["CN=mx.example.org", "CN=wild"])
        #expect(scan.certificates.first?.keyFile == place.path + "/tls_key.pem")
        try Files.remove(place.path + "/tls_key.pem")
        let less = place.scan(files: ["tls_cert.pem", "tls_key.pem"])
        #expect(less.hasErrors)
        #expect(less.certificates.map(\.subject) == ["CN=wild"])
        #expect(
            place.sentences(less) == [
                "tls_key.pem: is not there; put the file there, or mend the link that leads to it.",
                "tls_cert.pem: its private key is missing; put it into this folder or into the same file.",
            ]
        )
    }

    struct Fault: CustomTestStringConvertible {
        let sentence: String
        var weight = TLSProblem.Weight.error
        /// How many certificates are listed all the same.
        var listed = 0
        var passphrase: String?
        let lay: @Sendable (Place) throws -> Void
        var testDescription: String { sentence }
    }

    static let faults = [
        Fault(sentence: "tls/mx.pem: its private key is missing; put it into this folder or into the same file.") {
            try $0.put(["ecdsa.full.pem"], "tls/mx.pem")
        },
        Fault(
            sentence:
                "tls/b.key: no certificate belongs to this key; put its certificate beside it, or take the key away.",
            listed: 1
        ) {
            try $0.put(["ecdsa.full.pem", "ecdsa.key"], "tls/a.pem")
            try $0.put(["wild.key"], "tls/b.key")
        },
        Fault(sentence: "tls/a.pem: is empty; copy the file again from where it came.") {
            try $0.write([], "tls/a.pem")
        },
        Fault(sentence: "tls/a.pem: is not PEM; give certificates and keys in PEM, and keep other files elsewhere.") {
            try $0.write(Array("hello".utf8), "tls/a.pem")
        },
        Fault(sentence: "tls/a.crt: is DER, not PEM; convert it by openssl x509 -inform der or openssl pkey.") {
            try $0.put(["ecdsa.der"], "tls/a.crt")
        },
        Fault(
            sentence: "tls/a.pem: block 2 is no readable certificate; copy the file again from where it came.",
            listed: 1
        ) {
            let whole = try Authority.bytes("ecdsa.pem")
            try $0.write(try whole + whole.dropLast(100) + [10] + Authority.bytes("ecdsa.key"), "tls/a.pem")
        },
        Fault(
            sentence: "tls/k.pem: block 1 is no readable private key; copy the file again from where it came.",
            listed: 1
        ) {
            try $0.put(["ecdsa.full.pem", "ecdsa.key"], "tls/a.pem")
            try $0.write(try Authority.bytes("ecdsa.key").dropLast(60) + [10], "tls/k.pem")
        },
        Fault(
            sentence: "tls/k.pem: the private key is encrypted; give its passphrase, or store it without one by "
                + "openssl pkey -in FILE.",
            listed: 1
        ) {
            try $0.put(["ecdsa.full.pem", "ecdsa.key"], "tls/a.pem")
            try $0.put(["ecdsa.encrypted.key"], "tls/k.pem")
        },
        Fault(
            sentence:
                "tls/k.pem: the passphrase does not open the private key; correct it, or store the key without one.",
            listed: 1,
            passphrase: "wrong"
        ) {
            try $0.put(["ecdsa.full.pem", "ecdsa.key"], "tls/a.pem")
            try $0.put(["rsa.encrypted.key"], "tls/k.pem")
        },
        Fault(
            sentence:
                "tls/a.pem: the key is too weak or of an unknown type; make an RSA key of 2048 bits or an ECDSA key."
        ) {
            try $0.put(["weak.full.pem", "weak.key"], "tls/a.pem")
        },
        Fault(sentence: "tls/a.pem: names no host; have it made for the server's name.", weight: .warning, listed: 1) {
            try $0.put(["nameless.full.pem", "nameless.key"], "tls/a.pem")
        },
        Fault(
            sentence: "tls/a.key: everybody can read this private key; run chmod o-r on it.",
            weight: .warning,
            listed: 1
        ) {
            try $0.put(["ecdsa.full.pem"], "tls/a.pem", mode: 0o644)
            try $0.put(["ecdsa.key"], "tls/a.key", mode: 0o644)
        },
        Fault(sentence: "tls/a.pem: is not there; put the file there, or mend the link that leads to it.") {
            try $0.link("tls/a.pem", to: "nowhere.pem")
        },
        Fault(sentence: "tls/a.pem: is larger than 1 MiB, which no certificate is; take it out of this folder.") {
            try $0.write([UInt8](repeating: 45, count: (1 << 20) + 1), "tls/a.pem")
        },
        Fault(sentence: "tls/a.pem: is not a file; put a file in PEM in its place.") {
            try $0.link("tls/a.pem", to: "/dev/null")
        },
        Fault(
            sentence: "tls/a.ocsp: is no OCSP response in DER, so nothing is stapled; fetch it again.",
            weight: .warning,
            listed: 1
        ) {
            try $0.put(["ecdsa.full.pem", "ecdsa.key"], "tls/a.pem")
            try $0.write([1, 2, 3], "tls/a.ocsp")
        },
        Fault(
            sentence: "tls/a.ocsp: holds a refusal of the OCSP responder, so nothing is stapled; fetch it again.",
            weight: .warning,
            listed: 1
        ) {
            try $0.put(["ecdsa.full.pem", "ecdsa.key"], "tls/a.pem")
            // RFC 6960 §4.2.1: OCSPResponse with tryLater (3) alone.
            try $0.write([0x30, 3, 0x0A, 1, 3], "tls/a.ocsp")
        },
        Fault(
            sentence: "tls/a.pem.ocsp: is about another certificate, so nothing is stapled; fetch the right one.",
            weight: .warning,
            listed: 1
        ) {
            try $0.put(["ecdsa.full.pem", "ecdsa.key"], "tls/a.pem")
            try $0.put(["rsa.ocsp"], "tls/a.pem.ocsp")
        },
    ]

    @Test("Each fault is told by one sentence that names the file and what to do", arguments: faults)
    func problems(fault: Fault) throws {
        let place = try Place()
        try fault.lay(place)
        let scan = place.scan(passphrase: fault.passphrase)
        #expect(place.sentences(scan) == [fault.sentence])
        #expect(scan.problems.map(\.weight) == [fault.weight])
        #expect(scan.hasErrors == (fault.weight == .error))
        #expect(scan.certificates.count == fault.listed)
    }

    @Test("A key of another certificate is told from both sides")
    func mismatch() throws {
        let place = try Place()
        try place.put(["ecdsa.full.pem"], "tls/mx.pem")
        try place.put(["wild.key"], "tls/mx.key")
        let scan = place.scan()
        #expect(
            place.sentences(scan) == [
                "tls/mx.pem: the key in tls/mx.key does not match this certificate; put the certificate's own key there.",
                "tls/mx.key: no certificate belongs to this key; put its certificate beside it, or take the key away.",
            ]
        )
        #expect(scan.certificates.isEmpty)
    }

    @Test("A passphrase opens encrypted keys, new and old", arguments: ["ecdsa", "rsa"])
    func passphrase(name: String) throws {
        let place = try Place()
        try place.put([name + ".full.pem", name + ".encrypted.key"], "tls/mx.pem")
        let scan = place.scan(passphrase: "sesame")
        #expect(place.sentences(scan) == [])
        #expect(scan.certificates.map(\.keyType) == [name == "rsa" ? .rsa : .ecdsa])
    }

    @Test("What cannot be read is told, file or folder", .disabled(if: Privileges.isRoot, "root reads everything"))
    func unreadable() throws {
        let place = try Place()
        try place.put(["ecdsa.full.pem", "ecdsa.key"], "tls/mx.pem", mode: 0)
        let sentence = "tls/mx.pem: cannot be read (Permission denied); let the service's user read it."
        #expect(place.sentences(place.scan()) == [sentence])
    }

    @Test("An expired certificate and one that isn't valid yet are listed and told")
    func times() throws {
        let place = try Place()
        try place.put(["ecdsa.full.pem", "ecdsa.key"], "tls/mx.pem")
        let certificate = try #require(place.scan().certificates.first)
        #expect((89...90).contains(certificate.daysLeft(at: Self.now)))
        for (now, sentence) in [
            (certificate.notAfter, []),
            (certificate.notAfter + 1, ["tls/mx.pem: expired a day ago; renew the certificate."]),
            (certificate.notAfter + 86400 * 10, ["tls/mx.pem: expired 10 days ago; renew the certificate."]),
            (certificate.notBefore, []),
            (
                certificate.notBefore - 1,
                ["tls/mx.pem: is not valid yet; check this machine's clock, or wait."]
            ),
        ] {
            let scan = place.scan(now: now)
            #expect(place.sentences(scan) == sentence)
            #expect(scan.hasErrors == !sentence.isEmpty)
            #expect(scan.certificates.count == 1)
        }
        #expect(certificate.daysLeft(at: certificate.notAfter - 86400 * 7) == 7)
        #expect(certificate.daysLeft(at: certificate.notAfter + 1) == -1)
    }

    @Test("A staple is taken from beside its certificate until it expires", arguments: ["mx.ocsp", "mx.pem.ocsp"])
    func staple(name: String) throws {
        let place = try Place()
        try place.put(["ecdsa.full.pem", "ecdsa.key"], "tls/mx.pem")
        try place.put(["ecdsa.ocsp"], "tls/" + name)
        let scan = place.scan()
        #expect(place.sentences(scan) == [])
        #expect(try scan.certificates.first?.staple == Authority.bytes("ecdsa.ocsp"))
        let later = place.scan(now: Self.now + 86400 * 8)
        #expect(later.certificates.first?.staple == nil)
        let sentence = "tls/\(name): the OCSP response has expired, so nothing is stapled; fetch it again."
        #expect(place.sentences(later) == [sentence])
        #expect(!later.hasErrors)
    }

    @Test("A chain is judged as a client would judge it")
    func chains() throws {
        let certificate = try Authority.certificate("ecdsa")
        #expect(try certificate.chainFault(for: Authority.trust, at: Self.now) == nil)
        #expect(try certificate.chainFault(for: .nobody, at: Self.now)?.contains("unable to get") == true)
        let late = try certificate.chainFault(for: Authority.trust, at: certificate.notAfter + 1)
        #expect(late == "certificate has expired")
        let place = try Place()
        try place.put(["ecdsa.pem", "ecdsa.key"], "tls/mx.pem")
        let bare = try #require(place.scan().certificates.first)
        #expect(bare.chainCount == 0)
        #expect(try bare.chainFault(for: Authority.trust, at: Self.now)?.contains("unable to") == true)
        #expect(throws: TLSError.self) {
            try bare.chainFault(for: .authorities(file: "/nosuch"), at: Self.now)
        }
    }

    @Test("What an operator wants to know of a certificate is told")
    func facts() throws {
        let certificate = try Authority.certificate("rsa")
        #expect(certificate.names == ["mx.example.org", "example.org"])
        #expect(certificate.issuer == "CN=Middle")
        #expect(certificate.keyType == .rsa)
        #expect(certificate.keyBits == 2048)
        #expect(certificate.chainCount == 1)
        #expect(try Authority.certificate("other").names == ["other.example.com"])
        #expect(try Authority.certificate("wild").names == ["*.example.net"])
        #expect(try Authority.certificate("ed25519").keyType == .ed25519)
    }
}

import Config
import Testing

@testable import HostCore

/// What settings name outside of the directory, and that a bad value says where it stands and what is allowed.
struct OutboundMeansTests {
    @Test(arguments: [
        ("dns.ini", "forwarders=resolver.example\n", 1, "forwarders must be IP addresses", "not 'resolver.example'"),
        ("dns.ini", "\nforwarders=192.0.2.1, 192.0.2.2:53\n", 2, "@PORT", "not '192.0.2.2:53'"),
        ("dns.ini", "forwarders=192.0.2.1@0\n", 1, "@PORT", "not '192.0.2.1@0'"),
        ("dns.ini", "forwarders=192.0.2.1@+5\n", 1, "@PORT", "not '192.0.2.1@+5'"),
        ("dns.ini", "insecure_domains=a..b\n", 1, "insecure_domains must be domains", "not 'a..b'"),
        ("dns.ini", "validate=perhaps\n", 1, "validate must be true or false", "not 'perhaps'"),
        (
            "outbound.ini", "[tls_reports]\ncontact=ask me\n", 2, "contact in [tls_reports] must be a mail address",
            "not"
        ),
        ("outbound.ini", "[tls_reports]\nsender=postmaster\n", 2, "must be a mail address", "not 'postmaster'"),
        ("outbound.ini", "max_age=5 days\n", 1, "(also 90s, 15m, 4h, 5d)", "not '5 days'"),
    ])
    func `A bad value names file, line, key and what is allowed`(
        file: String,
        text: String,
        line: Int,
        words: String,
        value: String
    ) throws {
        let errors = try Service([file: text]).errors()
        #expect(errors.count == 1, "\(errors)")
        let error = try #require(errors.first)
        #expect(error.hasPrefix("config/\(file):\(line): "), "\(error)")
        #expect(error.contains(words) && error.contains(value), "\(error)")
    }

    @Test(arguments: [
        "forwarders=127.0.0.1\n", "forwarders=127.0.0.1@5353, ::1\n", "forwarders[]=127.0.0.1\nforwarders[]=::1@53\n",
        "insecure_domains=corp.example, lan\n", "forwarders=\n",
    ])
    func `What is right is taken`(text: String) throws {
        let service = try Service(["dns.ini": text])
        #expect(try service.problems() == [])
        #expect(try service.configuration().outbound.resolverProblem == nil)
    }

    @Test(arguments: [
        (
            "dns.ini", "\ntrust_anchors=/nowhere.key\n",
            "config/dns.ini:2: trust_anchors must be a file with DS or DNSKEY"
        ),
        ("dns.ini", "trust_anchors=/etc/passwd\n", "config/dns.ini:1: trust_anchors must be a file with DS or DNSKEY"),
        (
            "outbound.ini", "\n\ntls_authorities=/nowhere.pem\n",
            "config/outbound.ini:3: tls_authorities must be a file of certificates in PEM"
        ),
    ])
    func `A file that can't be used is told of with the line that names it`(
        file: String,
        text: String,
        start: String
    ) throws {
        let service = try Service([file: text, "plugins": "queue/maildir"])
        let check = try DirectoryCheck(service.path, installation: service.installation, strict: false)
        #expect(!check.isGood)
        #expect(check.text.contains("error: \(start)"), "\(check.text)")
        let outbound = try service.configuration().outbound
        let problem = try #require(outbound.authorityProblem ?? outbound.resolverProblem)
        #expect(problem.description.hasPrefix(start))
    }
}

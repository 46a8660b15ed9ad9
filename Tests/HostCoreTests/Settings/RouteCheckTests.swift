import Config
import Testing

@testable import HostCore

struct RouteCheckTests {
    private static let login = "user=me\npassword=secret\n"

    @Test(arguments: [
        ("[*.x.example]\n", 1, "must be a domain", "did you mean [.x.example]?"),
        ("[*]\n", 1, "must be a domain", "did you mean [any]?"),
        ("[Any]\n", 1, "must be a domain", "did you mean [any]?"),
        ("[@x.example]\n", 1, "must be a domain", "did you mean [x.example]?"),
        ("[x.example.]\n", 1, "must be a domain", "did you mean [x.example]?"),
        ("[b@x.example]\n", 1, "must be a domain", nil), ("[a..b]\n", 1, "must be a domain", nil),
        ("[x.example]\ntls=off\n[X.example]\nlmtp=true\n", 3, "the same domain as [x.example] in line 1", nil),
        ("[any]\nsource=eth0\n", 2, "source in [any] must be IP addresses of this machine", "not 'eth0'"),
        ("[any]\nsource=127.0.0.1, lo\n", 2, "must be IP addresses of this machine", "not 'lo'"),
        ("[any]\nhost=192.0.2.1:2525\n", 2, "host in [any] must be the name or the IP address of one host", "port="),
        ("[any]\nhost=mx.example:25\n", 2, "must be the name or the IP address of one host", "port="),
        ("[any]\nhost=two words\n", 2, "must be the name or the IP address of one host", "not 'two words'"),
        ("[any]\nhost=127.0.0.1\npath=/run/lmtp\n", 3, "path in [any] must not stand beside host (line 2)", nil),
        ("[any]\nuser=me\n", 2, "user in [any] must have a password", nil),
        ("[any]\npassword=secret\n", 2, "password in [any] must have a user", nil),
        ("[any]\ntls=off\n\(login)", 2, "tls in [any] must be opportunistic, required or verified", "under TLS only"),
    ])
    func `What would fit no mail, or doesn't go together, is an error`(
        text: String,
        line: Int,
        words: String,
        fix: String?
    ) throws {
        let errors = try Service(["outbound.routes.ini": text]).errors()
        #expect(errors.count == 1, "\(errors)")
        let error = try #require(errors.first)
        #expect(error.hasPrefix("config/outbound.routes.ini:\(line): "), "\(error)")
        #expect(error.contains(words), "\(error)")
        if let fix { #expect(error.contains(fix), "\(error)") }
    }

    @Test(arguments: [
        "[x.example]\nhost=mx.x.example\nport=2525\n", "[.x.example]\nhost=192.0.2.1\n", "[any]\nhost=2001:db8::1\n",
        "[münchen.example]\npath=/run/lmtp\nlmtp=true\n", "[any]\nsource=127.0.0.1, ::1\n", "[any]\n\(login)",
        "[any]\nimplicit_tls=true\ntls=off\n\(login)", "[any]\nuser=\npassword=\n", "[X.Example]\ntls=off\n",
    ])
    func `What is right is taken`(text: String) throws {
        #expect(try Service(["outbound.routes.ini": text]).problems() == [])
    }

    @Test func `A section that stands twice is told of`() throws {
        let service = try Service(["outbound.routes.ini": "[x.example]\nhost=a.example\n\n[x.example]\nport=26\n"])
        let problem = try #require(try service.problems().first)
        #expect(problem.severity == .warning)
        #expect(problem.description.hasPrefix("config/outbound.routes.ini:4: [x.example] stands here again"))
    }
}

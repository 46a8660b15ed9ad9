import Backend
import FakeHost
import PluginABI
import PluginKit
import RemoteScript
import Settings
import Synchronization
import Testing

@Suite struct OpeningTests {
    private static let hello = ["S: 220 next ESMTP", "C: EHLO me.example"]

    private func terms(_ ini: String) throws -> BackendTerms {
        let host = FakeHost()
        host.configure("x.ini", "host = mail.example\n" + ini)
        let settings = try #require(TermsPlugin.settings(host))
        return try BackendTerms(try #require(try settings.sections("x.ini").first))
    }

    /// What goes wrong with one server that has a script; nil when nothing does.
    private func open(_ script: [String], _ ini: String, client: XClientFacts = XClientFacts()) async throws -> String?
    {
        let terms = try terms(ini)
        let line = ScriptedLine(script)
        var troubles: [String] = []
        do {
            _ = try await Opening(terms, hello: "me.example", client: client)
                .open(HostPool(terms.remotes), connect: { _ in line }) { troubles.append($0) }
            #expect(line.rest == [] && line.faults == [] && line.closes == 0)
            return nil
        } catch {
            #expect(line.faults == [], "it was told too much")
            #expect(line.closes == 1)
            return troubles.joined(separator: "\n")
        }
    }

    @Test("TLS is used as the settings say, and only then")
    func security() async throws {
        let offering = Self.hello + ["S: 250-x", "S: 250 STARTTLS"]
        let secured = offering + ["C: STARTTLS", "S: 220 go", "TLS", "C: EHLO me.example", "S: 250 x"]
        #expect(try await open(offering, "") == nil)
        #expect(try await open(secured, "enable_tls=true\n") == nil)
        #expect(try await open(secured, "enable_tls=true\ntls_required=false\n") == nil)
        #expect(try await open(Self.hello + ["S: 250 x"], "enable_tls=true\ntls_required=false\n") == nil)
        #expect(
            try await open(Self.hello + ["S: 250 x"], "enable_tls=true\n")
                == "mail.example:25 offers no STARTTLS, and enable_tls is true"
        )
    }

    @Test("A password is told in TLS, to this machine, or where clear text is allowed")
    func passwords() async throws {
        let login = "auth_user=ada\nauth_pass=pencil\n"
        let clear = Self.hello + ["S: 250-x", "S: 250 AUTH PLAIN LOGIN"]
        let plain = clear + ["C: AUTH PLAIN AGFkYQBwZW5jaWw=", "S: 235 yes"]
        #expect(throws: PluginError.self) { try terms(login) }
        #expect(
            try await open(clear, login + "enable_tls=true\ntls_required=false\n")?.contains(
                "would get the password in clear"
            )
                == true
        )
        #expect(try await open(plain, login + "allow_cleartext=true\n") == nil)
        #expect(try await open(plain, login + "host = 127.0.0.1\n") == nil)
        let words =
            clear + [
                "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: YWRh", "S: 334 UGFzc3dvcmQ6", "C: cGVuY2ls", "S: 235 yes",
            ]
        #expect(try await open(words, login + "auth_type=login\nallow_cleartext=true\n") == nil)
    }

    @Test("Without the AUTH that is asked for no mail is sent: Haraka sends it unauthenticated")
    func noAuth() async throws {
        let login = "auth_user=ada\nauth_pass=pencil\nallow_cleartext=true\n"
        #expect(try await open(Self.hello + ["S: 250 x"], login)?.contains("offers neither") == true)
        let refused = Self.hello + ["S: 250-x", "S: 250 AUTH PLAIN", "C: AUTH PLAIN AGFkYQBwZW5jaWw=", "S: 535 no"]
        #expect(try await open(refused, login) == "mail.example:25 answered AUTH with 535")
    }

    @Test("XCLIENT says what the server wants to know, before AUTH, and greets anew")
    func xclient() async throws {
        var client = XClientFacts()
        client.address = "2001:db8::7"
        client.port = 4711
        client.name = "NXDOMAIN"
        client.hello = "odd name+=\u{e4}"
        client.login = "ada"
        let script =
            Self.hello + [
                "S: 250-x", "S: 250 XCLIENT NAME ADDR PROTO HELO LOGIN",
                "C: XCLIENT NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::7 PROTO=ESMTP HELO=odd+20name+2B+3D+C3+A4 LOGIN=ada",
                "S: 220 again", "C: EHLO me.example", "S: 250 x",
            ]
        #expect(try await open(script, "send_xclient=true\n", client: client) == nil)
        #expect(try await open(Array(script[..<4]), "", client: client) == nil)
    }

    @Test(
        "What can't be meant is refused with its line",
        arguments: [
            ("port=0\n", ":2: port is \"0\", but must be 1 to 65535"), ("host=a:25\n", ":1: \"a:25\" is no host"),
            ("enable_tls=maybe\n", ":2: enable_tls is \"maybe\""),
            ("auth_user=x\n", ":2: auth_user needs an auth_pass"),
            ("auth_pass=x\n", ":2: auth_pass needs an auth_user"), ("auth_type=cram\n", ":2: auth_type is \"cram\""),
            ("forwarding_host_pool=a:1, b:x\n", ":2: \"b:x\" is no HOST"), ("timeout=601\n", ":2: timeout is \"601\""),
        ]
    ) func refuses(_ ini: String, _ sentence: String) throws {
        let fault = #expect(throws: PluginError.self) { try terms(ini) }
        #expect("\(try #require(fault))".hasPrefix("config/x.ini\(sentence)"), "\(String(describing: fault))")
    }
}

/// Only takes the settings out of a fake host.
private struct TermsPlugin: Plugin {
    static let id = "org.haraka.terms"
    static let version = "1"
    static var hooks: [Hook<Self>] { [] }
    final class Holder: Sendable { let value = Mutex<Host?>(nil) }

    @TaskLocal private static var taken: Holder?

    init(_ host: Host) { Self.taken?.value.withLock { $0 = host } }

    static func settings(_ host: FakeHost) -> Settings? {
        let holder = Holder()
        guard $taken.withValue(holder, operation: { host.load(Self.self) }) == nil else { return nil }
        return holder.value.withLock { $0 }.map { Settings($0) }
    }
}

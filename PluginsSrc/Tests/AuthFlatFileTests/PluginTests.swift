import AuthFlatFile
import FakeHost
import PluginABI
import PluginKit
import Testing

@Suite struct PluginTests {
    private static let go = FakeHost.Answer(HK_V_CONT)
    private static let yes = FakeHost.Answer(HK_V_OK)
    private static let no = FakeHost.Answer(HK_V_DENY)
    private static let clear = FakeHost.Answer(HK_V_OK, 0, "", "pencil")

    /// One user of each kind; the password of all is "pencil".
    private static let users = """
        ada@example.org=pencil
        bob@example.org=\(StoredPasswordTests.scram)
        cyd@example.org=\(StoredPasswordTests.yescrypt)
        """

    private func host(_ core: String = "", _ users: String = users) -> FakeHost {
        let host = FakeHost()
        host.configure("auth_flat_file.ini", "[core]\n\(core)\n[users]\n\(users)\n")
        #expect(host.load(AuthFlatFile.self) == nil)
        return host
    }

    @Test(
        "Offered are the methods that are named and that some user can use, or without names those that all can",
        arguments: [
            ("", users, "PLAIN LOGIN"), ("", "a=b", "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN CRAM-MD5"),
            ("", "a=\(StoredPasswordTests.scram)", "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN"),
            ("", "a=\(StoredPasswordTests.sha512)", "PLAIN LOGIN"),
            ("methods=cram-md5, scram-sha-256", users, "SCRAM-SHA-256 CRAM-MD5"),
            ("methods=CRAM-MD5,PLAIN", "a=\(StoredPasswordTests.scram)", "PLAIN"),
            ("methods=EXTERNAL PLAIN", "a=b", "PLAIN EXTERNAL"),
        ]
    ) func offers(_ core: String, _ users: String, _ methods: String) {
        let host = host(core, users)
        #expect(host.run("capabilities") == Self.go)
        #expect(host.capabilities == ["AUTH \(methods)"])
        #expect(host.logs.isEmpty)
    }

    @Test("Without users nothing is offered, and the log says so") func isClosed() {
        for core in ["", "methods=PLAIN"] {
            let host = host(core, "")
            #expect(host.run("capabilities") == Self.go)
            #expect(host.capabilities.isEmpty)
            #expect(host.logs.contains { $0.contains("nobody") })
        }
        let bare = FakeHost()
        #expect(bare.load(AuthFlatFile.self) == nil)
        bare.facts.authUser = "ada"
        bare.facts.authMechanism = "PLAIN"
        bare.facts.authSecret = Array("pencil".utf8)
        for hook in ["capabilities", "auth_lookup", "auth_verify", "mail"] { #expect(bare.run(hook) == Self.go) }
    }

    @Test(
        "A lookup gives a verifier or a clear password, as far as the value serves the mechanism",
        arguments: [
            ("ada", "SCRAM-SHA-256", clear, []), ("ada", "SCRAM-SHA-256-PLUS", clear, []),
            ("ada", "CRAM-MD5", clear, []),
            ("bob", "SCRAM-SHA-256", yes, ["SCRAM-SHA-256 4096 16 32 32"]),
            ("bob", "SCRAM-SHA-256-PLUS", yes, ["SCRAM-SHA-256-PLUS 4096 16 32 32"]), ("bob", "CRAM-MD5", go, []),
            ("cyd", "SCRAM-SHA-256", go, []), ("cyd", "CRAM-MD5", go, []), ("cyd", "EXTERNAL", yes, []),
            ("ada", "EXTERNAL", yes, []), ("dan", "EXTERNAL", go, []), ("dan", "SCRAM-SHA-256", go, []),
            ("Ada", "CRAM-MD5", go, []), ("ada", "LOGIN", go, []), ("ada", "NTLM", go, []), ("ada", "", go, []),
        ]
    ) func looksUp(_ user: String, _ mechanism: String, _ answer: FakeHost.Answer, _ verifiers: [String]) {
        let host = host("methods=SCRAM-SHA-256,SCRAM-SHA-256-PLUS,CRAM-MD5,EXTERNAL,PLAIN")
        host.facts.authUser = "\(user)@example.org"
        host.facts.authMechanism = mechanism
        #expect(host.run("auth_lookup") == answer)
        #expect(host.verifiers == verifiers)
    }

    @Test(
        "A password is checked against each kind of value",
        arguments: [
            ("ada", "pencil", yes), ("bob", "pencil", yes), ("cyd", "pencil", yes), ("ada", "pencil ", no),
            ("bob", "Pencil", no), ("cyd", "pencils", no), ("cyd", "pencil\0x", no), ("dan", "pencil", go),
            ("ada", StoredPasswordTests.scram, no), ("bob", StoredPasswordTests.scram, no),
            ("cyd", StoredPasswordTests.yescrypt, no), ("ada", "", no),
        ]
    ) func verifies(_ user: String, _ password: String, _ answer: FakeHost.Answer) {
        let host = host()
        host.facts.authUser = "\(user)@example.org"
        host.facts.authSecret = Array(password.utf8)
        for mechanism in ["PLAIN", "LOGIN"] {
            host.facts.authMechanism = mechanism
            #expect(host.run("auth_verify") == answer)
        }
        let closed = self.host("methods=CRAM-MD5")
        closed.facts = host.facts
        #expect(closed.run("auth_verify") == Self.go)
        #expect(!host.logs.contains { $0.contains("pencil") })
    }

    @Test(
        "Who has logged in sends from its own domain",
        arguments: [
            ("ada@example.org", "ada@example.org", true), ("ada@example.org", "other@Example.org", true),
            ("ada@EXAMPLE.org", "x@example.org", true), ("ada@example.org", "x@lists.example.org", true),
            ("ada@example.org", "", true), ("", "x@far.example", true), ("ada@example.org", "x@far.example", false),
            ("ada@example.org", "x@notexample.org", false), ("ada@lists.example.org", "x@example.org", false),
            ("ada@example.org", "x@example.org.far.example", false), ("example.org", "x@example.org", true),
            ("ada", "ada@example.org", false), ("ada@far.example@example.org", "x@far.example", false),
            ("ada@", "x@example.org", false), ("eve@other.example", "x@example.org", false),
        ]
    ) func constrains(_ user: String, _ sender: String, _ passes: Bool) {
        let host = host()
        host.facts.authUser = user
        host.facts.sender = sender
        let refusal = FakeHost.Answer(
            HK_V_DENY,
            550,
            "5.7.1",
            "You may send only from the domain that you log in with"
        )
        #expect(host.run("mail") == (passes ? Self.go : refusal))
        #expect(host.results == (passes ? [] : ["fail constrain_sender"]))
        let free = self.host("constrain_sender=false")
        free.facts = host.facts
        #expect(free.run("mail") == Self.go)
    }

    @Test(
        "A mistake names file, line and user, and no secret",
        arguments: [
            ("ada=", "config/auth_flat_file.ini:4: the user ada has no password"),
            ("a=b\nada=SCRAM-SHA-256$hunter2", "config/auth_flat_file.ini:5: the user ada has a broken SCRAM verifier"),
            (
                "ada=$1$hunter2$x",
                "config/auth_flat_file.ini:4: the user ada has a crypt string of a kind that is too weak"
            ),
            ("ada=$zz$hunter2", "the user ada has a crypt string"),
        ]
    ) func refuses(_ users: String, _ sentence: String) throws {
        let host = FakeHost()
        host.configure("auth_flat_file.ini", "[core]\n\n[users]\n\(users)\n")
        let complaint = try #require(host.load(AuthFlatFile.self))
        #expect(complaint.contains(sentence))
        #expect(!complaint.contains("hunter2"))
    }

    @Test("An unknown method is a mistake") func unknownMethod() {
        let host = FakeHost()
        host.configure("auth_flat_file.ini", "[core]\nmethods=PLAIN,NTLM\n")
        #expect(host.load(AuthFlatFile.self)?.contains("auth_flat_file.ini:2: \"NTLM\" is none of SCRAM") == true)
    }

    @Test("A changed file is taken, a broken one is not") func reconfigures() {
        let host = host()
        host.facts.authUser = "new"
        host.facts.authMechanism = "PLAIN"
        host.facts.authSecret = Array("paper".utf8)
        #expect(host.run("auth_verify") == Self.go)
        host.configure("auth_flat_file.ini", "[users]\nnew=paper\n")
        #expect(host.reconfigure() == nil)
        #expect(host.run("auth_verify") == Self.yes)
        host.configure("auth_flat_file.ini", "[users]\nnew=\n")
        #expect(host.reconfigure() != nil)
        #expect(host.run("auth_verify") == Self.yes)
    }
}

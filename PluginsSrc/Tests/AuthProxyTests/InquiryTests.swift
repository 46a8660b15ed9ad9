import AuthProxy
import Backend
import PluginKit
import RemoteScript
import Synchronization
import Testing

@Suite struct InquiryTests {
    private typealias Judgement = Inquiry<ScriptedLine>.Judgement

    private static let hello = ["S: 220 remote ESMTP", "C: EHLO me.example"]
    private static let secured =
        hello + [
            "S: 250-remote", "S: 250-STARTTLS", "S: 250 AUTH PLAIN LOGIN", "C: STARTTLS", "S: 220 go", "TLS",
            "C: EHLO me.example",
        ]
    // "\0ada@example.com\0pencil"
    private static let plain = "C: AUTH PLAIN AGFkYUBleGFtcGxlLmNvbQBwZW5jaWw="

    private static func settings(
        _ remotes: [String] = ["mail.example"],
        allowsCleartext: Bool = false,
        verifiesTLS: Bool = true
    ) -> ProxySettings {
        ProxySettings(
            domains: ["example.com": remotes.compactMap { Remote($0) }],
            allowsCleartext: allowsCleartext,
            verifiesTLS: verifiesTLS,
            hello: "me.example"
        )
    }

    /// Asks one server that has a script.
    private func ask(
        _ script: [String],
        _ settings: ProxySettings = settings(),
        user: String = "ada@example.com",
        secret: String = "pencil"
    ) async -> (Inquiry<ScriptedLine>.Judgement, [String], ScriptedLine) {
        let line = ScriptedLine(script)
        let inquiry = Inquiry<ScriptedLine>(settings: settings) { _ in line }
        let (judgement, troubles) = await inquiry.ask(user: user, secret: Array(secret.utf8))
        return (judgement, troubles, line)
    }

    @Test(
        "The server's answer to PLAIN inside TLS decides",
        arguments: [
            ("235 2.7.0 yes", Judgement.right), ("235-yes\n235 really", .right), ("535 5.7.8 no", .wrong),
            ("550 no such user", .wrong), ("535", .wrong), ("454 4.7.0 later", .unavailable),
            ("432 4.7.12 password transition", .unavailable), ("504 not that one", .unavailable),
            ("538 encrypt", .unavailable), ("334 ", .unavailable), ("250 what?", .unavailable),
        ]
    ) func decides(_ answer: String, _ expected: Inquiry<ScriptedLine>.Judgement) async {
        let answers = answer.split(separator: "\n").map { "S: \($0)" }
        let (judgement, troubles, line) = await ask(
            Self.secured + ["S: 250-remote", "S: 250 AUTH PLAIN LOGIN", Self.plain] + answers
        )
        #expect(judgement == expected)
        #expect(line.faults == [] && line.rest == [] && line.closes == 1)
        #expect(troubles.isEmpty == (expected != .unavailable))
        #expect(!troubles.contains { $0.contains("pencil") || $0.contains("AGFk") || $0.contains("later") })
    }

    @Test("LOGIN is spoken where there is no PLAIN")
    func login() async {
        let script =
            Self.secured + [
                "S: 250-remote", "S: 250 AUTH=LOGIN CRAM-MD5", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6",
                "C: YWRhQGV4YW1wbGUuY29t", "S: 334 UGFzc3dvcmQ6", "C: cGVuY2ls", "S: 235 yes",
            ]
        let (judgement, troubles, line) = await ask(script)
        #expect(judgement == .right && troubles == [] && line.rest == [] && line.faults == [])
        let early = Array(script.dropLast(4)) + ["S: 535 no such user"]
        #expect(await ask(early).0 == .wrong)
    }

    @Test(
        "A server that can't be asked is told with its reason, and the password stays here",
        arguments: [
            (["S: 554 go away"], "greeted with 554"), ([], "closed"), (["S: hello"], "no SMTP reply"),
            (["S: 220 hi", "C: EHLO me.example", "S: 502 what"], "answered EHLO with 502"),
            (hello + ["S: 250-remote", "S: 250 AUTH PLAIN"], "offers no STARTTLS"),
            (hello + ["S: 250-STARTTLS", "S: 250 AUTH PLAIN"], "offers no STARTTLS"),
            (hello + ["S: 250-x", "S: 250 STARTTLS", "C: STARTTLS", "S: 454 no"], "answered STARTTLS with 454"),
            (hello + ["S: 250-x", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go"], "closed"),
            (secured + ["S: 250 remote"], "offers neither AUTH PLAIN nor AUTH LOGIN"),
            (secured + ["S: 250-remote", "S: 251 AUTH PLAIN"], "no SMTP reply"),
        ]
    ) func faults(_ script: [String], _ reason: String) async {
        let (judgement, troubles, line) = await ask(script)
        #expect(judgement == .unavailable)
        #expect(troubles.count == 1)
        #expect(troubles.first?.contains(reason) == true, "\(troubles)")
        #expect(line.faults == [], "the password was told")
        #expect(line.closes == 1)
    }

    @Test("Clear text is spoken only where it is allowed, and TLS is used wherever it is offered")
    func cleartext() async {
        let lax = Self.settings(allowsCleartext: true, verifiesTLS: false)
        let script = Self.hello + ["S: 250-remote", "S: 250 AUTH PLAIN", Self.plain, "S: 235 yes"]
        #expect(await ask(script, lax).0 == .right)
        let secure = Self.secured + ["S: 250-remote", "S: 250 AUTH PLAIN LOGIN", Self.plain, "S: 235 yes"]
        let (judgement, _, line) = await ask(secure, lax)
        #expect(judgement == .right)
        #expect(line.tls.count == 1)
        if case .unverified? = line.tls.first {} else { Issue.record("tls_verify=false was not obeyed") }
        let (_, _, strict) = await ask(secure)
        if case .verified? = strict.tls.first {} else { Issue.record("tls_verify=true was not obeyed") }
    }

    @Test("On port 465 TLS is there before the greeting")
    func implicitTLS() async {
        let script = Self.hello + ["S: 250-remote", "S: 250 AUTH PLAIN", Self.plain, "S: 235 yes"]
        #expect(await ask(script, Self.settings(["mail.example:465"])).0 == .right)
    }

    @Test(
        "Who can't be known by any server is not asked about",
        arguments: [
            ("ada", "pencil", Judgement.wrong), ("", "pencil", .wrong), ("ada@", "pencil", .wrong),
            ("@example.com", "pencil", .wrong), ("ada@other.example", "pencil", .notOurs),
            ("ada@example.com", "", .wrong), ("ada@example.com", "pen\0cil", .wrong),
            ("ada\0x@EXAMPLE.com", "pencil", .wrong), ("ada@example.com@other.example", "pencil", .notOurs),
        ]
    ) func notAsked(_ user: String, _ secret: String, _ expected: Inquiry<ScriptedLine>.Judgement) async {
        let inquiry = Inquiry<ScriptedLine>(settings: Self.settings()) { _ in
            Issue.record("a server was called")
            return ScriptedLine([])
        }
        #expect(await inquiry.ask(user: user, secret: Array(secret.utf8)).0 == expected)
    }

    @Test("Servers are tried in order until one can tell")
    func order() async {
        let called = Mutex<[String]>([])
        let yes = ScriptedLine(Self.secured + ["S: 250-remote", "S: 250 AUTH PLAIN", Self.plain, "S: 235 yes"])
        let settings = Self.settings(["one.example:26", "two.example", "three.example"])
        let inquiry = Inquiry<ScriptedLine>(settings: settings) { remote in
            called.withLock { $0.append("\(remote)") }
            if "\(remote)" == "one.example:26" { throw NetError(.failed, "the connection was refused") }
            return yes
        }
        let (judgement, troubles) = await inquiry.ask(user: "ada@example.com", secret: Array("pencil".utf8))
        #expect(judgement == .right)
        #expect(called.withLock { $0 } == ["one.example:26", "two.example:25"])
        #expect(troubles.first == "one.example:26 can't be asked: the connection was refused")
    }

    @Test("A cancelled call asks nobody else")
    func cancelled() async {
        let called = Mutex(0)
        let inquiry = Inquiry<ScriptedLine>(settings: Self.settings(["a", "b", "c"])) { _ in
            called.withLock { $0 += 1 }
            throw NetError(.cancelled, "the call was cancelled")
        }
        #expect(await inquiry.ask(user: "ada@example.com", secret: [1]).0 == .unavailable)
        #expect(called.withLock { $0 } == 1)
    }
}

import Testing

@Suite struct CommandTests {
    @Test func aPluginTakesAnUnknownCommandWithItsOwnWords() throws {
        let scripted = try Scripted([("ext", ["unrecognized_command": "reply=220 2.0.0 go ahead|please;906"])])
        let caller = scripted.call()
        #expect(caller.say("xyzzy One two") == "220-2.0.0 go ahead\r\n220 2.0.0 please\r\n")
        #expect(try #require(scripted.told.wait(for: "unrecognized")).contains("command=XYZZY argument=One two "))
    }

    @Test func nextHookRunsTheHookThatTheReplyNames() throws {
        let scripted = try Scripted([
            ("ext", ["unrecognized_command": "reply=0 - vrfy;907", "vrfy": "reply=551 5.1.6 gone;902"])
        ])
        let caller = scripted.call()
        #expect(caller.say("XYZZY bob") == "551 5.1.6 gone\r\n")
        #expect(try #require(scripted.told.wait(for: "vrfy ")).contains("command=XYZZY argument=bob "))
    }

    @Test func nextHookMayBeAskedOnTheLane() throws {
        let scripted = try Scripted([
            (
                "ext",
                ["unrecognized_command": "lane;reply=0 - noop;907", "noop": "lane;pend;reply=250 2.0.0 nothing;906"]
            )
        ])
        #expect(scripted.call().say("XYZZY") == "250 2.0.0 nothing\r\n")
    }

    @Test func nextHookWithoutAHookOfThatNameIsAnUnknownCommand() throws {
        let scripted = try Scripted([("ext", ["unrecognized_command": "reply=0 - no_such_hook;907"])])
        #expect(scripted.call().say("XYZZY").hasPrefix("500 5.5.1"))
    }

    @Test func aRepliesCodesAndLinesAreThePlugins() throws {
        let scripted = try Scripted([("judge", ["mail": "reply=552 5.2.2 your mailbox|is full;902"])])
        let answer = scripted.call().say(["EHLO c.example.org", "MAIL FROM:<a@example.org>"])
        #expect(answer == "552-5.2.2 your mailbox\r\n552 5.2.2 is full\r\n")
    }

    @Test func aCodeWithoutAnEnhancedOneKeepsTheHooksDetail() throws {
        let scripted = try Scripted([("judge", ["mail": "reply=421 - later;903"])])
        #expect(scripted.call().say(["EHLO c", "MAIL FROM:<a@example.org>"]) == "421 4.7.1 later\r\n")
    }

    @Test func aReplyThatContradictsItsVerdictIsAFailure() throws {
        let scripted = try Scripted([("judge", ["mail": "reply=250 2.0.0 fine;902"])])
        #expect(scripted.call().say(["EHLO c", "MAIL FROM:<a@example.org>"]) == "450 4.7.1 plugin failure\r\n")
        #expect(try #require(scripted.line("refused")).contains("contradicts the verdict DENY"))
    }

    @Test func anAcceptanceHasThePluginsWords() throws {
        let scripted = try Scripted([
            ("judge", ["mail": "reply=0 - welcome;906", "vrfy": "reply=0 - Bob <bob@example.com>;906"])
        ])
        let caller = scripted.call()
        #expect(caller.say(["EHLO c", "MAIL FROM:<a@example.org>"]) == "250 2.1.0 welcome\r\n")
        #expect(caller.say("VRFY bob") == "250 2.1.5 Bob <bob@example.com>\r\n")
    }

    @Test func anAcceptanceMayNotAskForText() throws {
        let scripted = try Scripted([("judge", ["mail": "reply=354 - go ahead;906"])])
        let caller = scripted.call()
        #expect(caller.say(["EHLO c", "MAIL FROM:<a@example.org>"]).hasPrefix("250 "))
    }

    /// Verdicts that may come with any code: what the client is told must still be what happens.
    @Test(arguments: [
        ("connect", "reply=250 - fine;905", "554"), ("connect", "reply=421 - later;905", "421"),
        ("unrecognized_command", "reply=250 - fine;901", "500"), ("mail", "reply=550 - no;905", "250"),
    ])
    func aReplysCodeNeverContradictsWhatHappens(_ hook: String, _ script: String, _ code: String) throws {
        let caller = try Scripted([("odd", [hook: script])]).call()
        if hook == "connect" { return #expect(caller.greeting.hasPrefix(code)) }
        let answer = caller.say(hook == "mail" ? ["EHLO c", "MAIL FROM:<a@example.org>"] : ["XYZZY"])
        #expect(answer.hasPrefix(code))
    }

    @Test func helpIsThePluginsWhereOneTakesIt() throws {
        #expect(try Scripted().call().say("HELP").hasPrefix("214-2.0.0 Commands:"))
        let scripted = try Scripted([("ext", ["unrecognized_command": "reply=0 - ask bob;906"])])
        #expect(scripted.call().say("HELP me") == "214 2.0.0 ask bob\r\n")
        #expect(try #require(scripted.told.wait(for: "unrecognized")).contains("command=HELP argument=me "))
    }

    @Test func aRefusalThatDenyLiftsGoesOnWithThePluginsBehind() throws {
        let scripted = try Scripted([
            ("strict", ["mail": "reply=553 5.1.8 who?;902"]), ("mild", ["deny": "906"]), ("next", ["mail": "900"]),
        ])
        let caller = scripted.call()
        #expect(caller.say(["EHLO c", "MAIL FROM:<a@example.org>"]).hasPrefix("250 2.1.0"))
        #expect(try #require(scripted.told.wait(for: "deny ")).contains("denied=mail/strict/902/who? "))
        let calls = scripted.told.all.filter { $0.contains(" rcpt=") }
        #expect(calls.map { $0.split(separator: " ")[0] } == ["mail", "deny", "mail"])
        #expect(scripted.line("refused") == nil)
    }

    @Test func aLiftedRefusalStandsWhereAPluginBehindRefusesToo() throws {
        let scripted = try Scripted([
            ("one", ["mail": "902"]), ("mild", ["deny": "lane;pend;906"]), ("two", ["mail": "903"]),
        ])
        // The second refusal is judged as well, and lifted as well.
        #expect(scripted.call().say(["EHLO c", "MAIL FROM:<a@example.org>"]).hasPrefix("250"))
        #expect(scripted.told.count("deny ") == 2)
    }

    @Test func denyMayLeaveARefusalAsItIs() throws {
        for verdict in [900, 902, 903] {
            let scripted = try Scripted([
                ("strict", ["mail": "reply=553 5.1.8 who?;902"]), ("mild", ["deny": "\(verdict)"]),
            ])
            #expect(scripted.call().say(["EHLO c", "MAIL FROM:<a@example.org>"]) == "553 5.1.8 who?\r\n")
        }
    }

    @Test func aLiftedRefusalOfConnectDoesNotLoop() throws {
        let scripted = try Scripted([("strict", ["connect": "902"]), ("mild", ["deny": "906"])])
        let caller = scripted.call()
        #expect(caller.greeting.hasPrefix("220 "))
        #expect(caller.say("NOOP").hasPrefix("250"))
    }
}

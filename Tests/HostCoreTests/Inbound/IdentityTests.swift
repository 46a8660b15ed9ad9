import Foundation
import Testing
import Wire

/// A plugin lets the connection stand for another client.
@Suite struct IdentityTests {
    /// A server whose commands `X` stand for this client.
    private func scripted(
        _ client: String,
        _ more: [Scripted.Plugin] = [],
        _ files: [String: String] = [:]
    ) throws
        -> Scripted
    {
        let proxy: Scripted.Plugin = ("proxy", ["unrecognized_command": "as=\(client);906"])
        let watch: Scripted.Plugin = (
            "watch", ["connect_init": "900", "lookup_rdns": "900", "connect": "900", "disconnect": "900"]
        )
        return try Scripted([proxy, watch] + more, config: files)
    }

    @Test func theGreetingComesAgainAndTheClientHasToGreetAgain() throws {
        let scripted = try scripted("198.51.100.9")
        let caller = scripted.call()
        caller.say("EHLO proxy.example")
        #expect(caller.say("X").hasPrefix("220 mx.example.org "))
        #expect(caller.say("MAIL FROM:<a@example.org>").hasPrefix("503 "))
        #expect(caller.say("EHLO client.example").hasPrefix("250-"))
    }

    @Test(arguments: ["as=198.51.100.9;906", "lane;as=198.51.100.9;906", "lane;pend;as=198.51.100.9;906"])
    func thePluginMayAnswerWhereAndWhenItLikes(_ script: String) throws {
        let scripted = try Scripted([("proxy", ["unrecognized_command": script])])
        let caller = scripted.call()
        #expect(caller.say("X").hasPrefix("220 mx.example.org "))
        #expect(try #require(scripted.line("client identified")).contains(" client=198.51.100.9 "))
    }

    @Test(arguments: [("198.51.100.9", 2), ("198.51.100.9 spike.example", 1)])
    func aNameSparesTheLookUpAndConnectIsAskedInAnyCase(_ client: String, _ lookUps: Int) throws {
        let scripted = try scripted(client)
        let caller = scripted.call()
        caller.say("X")
        caller.hangUp()
        _ = scripted.told.wait(for: "disconnect ")
        let told = scripted.told.all
        #expect(told.count { $0.hasPrefix("connect_init ") } == 1)
        #expect(told.count { $0.hasPrefix("lookup_rdns ") } == lookUps)
        #expect(told.count { $0.hasPrefix("connect ") } == 2)
        let host = client.split(separator: " ").dropFirst().first ?? ""
        #expect(try #require(told.last { $0.hasPrefix("connect ") }).contains(" host=\(host) "))
    }

    @Test func theConnectionHasANewIdInTheLogAndForPlugins() throws {
        let scripted = try scripted("198.51.100.9 spike.example")
        let caller = scripted.call()
        caller.say("X")
        caller.hangUp()
        let line = try #require(scripted.line("client identified"))
        let new = try #require(line.split(separator: "uuid=").last)
        #expect(try #require(scripted.told.all.last { $0.hasPrefix("connect ") }).hasSuffix("in=\(new)"))
        #expect(line.contains(" ip=192.0.2.7 client=198.51.100.9 rdns=spike.example "))
        let end = try #require(scripted.line("disconnect"))
        #expect(end.contains("[\(new)]") && end.contains(" ip=198.51.100.9 rdns=spike.example "))
        #expect(!line.contains("[\(new)]"))
    }

    @Test(arguments: [("902", "554"), ("903", "421"), ("904", "554")])
    func whatConnectRefusesIsRefusedForTheClientToo(_ verdict: String, _ code: String) throws {
        let scripted = try scripted(
            "198.51.100.9 evil.example",
            [("judge", ["connect": "when=evil.example;\(verdict)"])]
        )
        let caller = scripted.call()
        #expect(caller.greeting.hasPrefix("220 "))
        #expect(caller.say("X").hasPrefix(code))
        if caller.link.isClosed { return }
        #expect(caller.say("EHLO client.example").hasPrefix(code))
    }

    @Test func whatTheFormerClientWasAllowedIsGone() throws {
        let scripted = try scripted("198.51.100.9", [("relay", ["ehlo": "relay;900"])])
        let caller = scripted.call()
        #expect(caller.begin(to: "bob@far.example").hasPrefix("250 "))
        caller.say("RSET")
        caller.say("X")
        #expect(caller.say("HELO c").hasPrefix("250 "))
        #expect(caller.say(["MAIL FROM:<a@example.org>", "RCPT TO:<bob@far.example>"]).hasPrefix("550 5.7.1"))
        let line = try #require(scripted.lines.first { $0.contains("] disconnect") })
        #expect(line.contains(" ip=192.0.2.7 ") && line.contains(" txns=1 "))
    }

    @Test func aUserMaySendAnywhereAndHelloIsEnoughForMail() throws {
        let scripted = try scripted("198.51.100.9 spike.example client.example bob", [Scripted.accepting])
        let caller = scripted.call()
        caller.say("X")
        #expect(caller.say(["MAIL FROM:<a@example.org> SIZE=10", "RCPT TO:<bob@far.example>"]).hasPrefix("250 "))
        let text = try #require(scripted.told.wait(for: "rcpt "))
        #expect(text.contains(" host=spike.example hello=client.example relaying=1 "))
        caller.hangUp()
        let line = try #require(scripted.line("transaction"))
        #expect(line.contains(" ip=198.51.100.9 rdns=spike.example helo=client.example "))
        #expect(line.contains(" auth=bob "))
        #expect(try #require(scripted.line("disconnect")).contains(" relay=Y "))
    }

    @Test(arguments: [("587", "-", "530 5.7.0"), ("587", "bob", "250 "), ("25", "-", "250 "), ("-", "-", "250 ")])
    func d18TheRuleOfASubmissionPortHoldsForThePortThatTheClientReached(
        _ port: String,
        _ user: String,
        _ reply: String
    ) throws {
        let scripted = try scripted("198.51.100.9 - - \(user) \(port)", [Scripted.accepting])
        let caller = scripted.call()
        caller.say("X")
        #expect(caller.say(["EHLO c", "MAIL FROM:<a@example.org>"]).hasPrefix(reply))
    }

    @Test(arguments: ["900", "901", "902", "reply=0 - noop;907"])
    func onlyOKCounts(_ verdict: String) throws {
        let scripted = try Scripted([("proxy", ["unrecognized_command": "as=198.51.100.9;\(verdict)"])])
        let caller = scripted.call()
        #expect(!caller.say("X").hasPrefix("220"))
        #expect(caller.say(["EHLO c", "MAIL FROM:<a@example.org>"]).hasPrefix("250 "))
        #expect(scripted.line("client identified") == nil)
    }

    @Test(arguments: ["connect", "ehlo", "mail", "noop", "capabilities", "vrfy"])
    func elsewhereItIsRefused(_ hook: String) throws {
        let scripted = try Scripted([("proxy", [hook: "as=198.51.100.9;900"])])
        let caller = scripted.call()
        caller.say(["EHLO c", "NOOP", "VRFY bob", "MAIL FROM:<a@example.org>"])
        #expect(scripted.told.wait(for: "failed \(hook) as -8") != nil)
    }

    @Test func withinATransactionAndForHELPItIsRefused() throws {
        let scripted = try scripted("198.51.100.9")
        let caller = scripted.call()
        #expect(caller.say("HELP") == "214 2.0.0 OK\r\n")
        #expect(scripted.told.all.contains { $0.hasPrefix("failed unrecognized_command as -8") })
        #expect(caller.say(["EHLO c", "MAIL FROM:<a@example.org>", "X"]) == "250 2.0.0 OK\r\n")
        #expect(scripted.told.all.count { $0.hasPrefix("failed unrecognized_command as -8") } == 2)
        #expect(caller.say("RSET").hasPrefix("250"))
        #expect(caller.say("X").hasPrefix("220 mx.example.org "))
    }

    @Test func manyClientsMayShareOneConnection() throws {
        let scripted = try scripted("198.51.100.9 a.example b.example", [Scripted.accepting])
        let caller = scripted.call()
        for _ in 0..<30 {
            #expect(caller.say("X").hasPrefix("220 mx.example.org "))
            #expect(caller.say(["MAIL FROM:<a@example.org>", "RCPT TO:<x@example.com>"]).hasPrefix("250 "))
            #expect(caller.mail().hasPrefix("250 "))
        }
        caller.hangUp()
        #expect(scripted.lines.count { $0.contains("] disconnect") } == 30)
    }
}

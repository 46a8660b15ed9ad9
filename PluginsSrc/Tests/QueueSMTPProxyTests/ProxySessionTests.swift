import Backend
import QueueSMTPProxy
import RemoteScript
import Testing

@Suite struct ProxySessionTests {
    private static let hello = ["S: 220 next ESMTP", "C: EHLO me.example"]

    private func session(
        _ script: [String],
        offer: [String] = []
    ) async throws -> (ProxySession<ScriptedLine>, ScriptedLine) {
        let lines = ["next"] + offer
        let hello = lines.enumerated().map { "S: 250\($0.offset + 1 < lines.count ? "-" : " ")\($0.element)" }
        let line = ScriptedLine(Self.hello + hello + script)
        let dialogue = Dialogue(line, hello: "me.example")
        return (ProxySession(dialogue, try await dialogue.begin()), line)
    }

    private func parts(_ parts: [String]) -> () throws -> [UInt8] {
        var rest = parts[...]
        return { Array((rest.popFirst() ?? "").utf8) }
    }

    @Test("A mail is the same one there, with what the server offers for it")
    func passes() async throws {
        let (session, line) = try await session(
            [
                "C: MAIL FROM:<a@b> SIZE=12 BODY=8BITMIME", "S: 250 ok", "C: RCPT TO:<c@d>", "S: 550 5.1.1 nobody",
                "C: RCPT TO:<e@f>", "S: 250 ok", "C: DATA", "S: 354 go", "C: Subject: x\r\n", "C: ..", "C: .",
                "S: 250 2.0.0 q1",
                "C: MAIL FROM:<> BODY=8BITMIME", "S: 250 ok",
            ],
            offer: ["SIZE 1000", "8BITMIME", "PIPELINING"]
        )
        #expect(try await session.mail("a@b", size: 12).code == 250)
        #expect(try await session.recipient("c@d").code == 550)
        #expect(try await session.recipient("e@f").code == 250)
        #expect(try await session.settle(["e@f"]) == nil)
        #expect(try await session.send(parts(["Subject: x\r\n\r\n", ".\r\n"])).words == "q1")
        // Behind a mail that was taken no RSET is needed.
        #expect(try await session.mail("", size: 0).code == 250)
        #expect(line.rest == [] && line.faults == [])
    }

    @Test("A mail that was given up is forgotten before the next")
    func resets() async throws {
        let (session, line) = try await session([
            "C: MAIL FROM:<a@b>", "S: 250 ok", "C: RCPT TO:<c@d>", "S: 250 ok", "C: RSET", "S: 250 ok",
            "C: MAIL FROM:<e@f>", "S: 451 later", "C: MAIL FROM:<e@f>", "S: 250 ok",
        ])
        _ = try await session.mail("a@b", size: 0)
        _ = try await session.recipient("c@d")
        #expect(try await session.mail("e@f", size: 0).code == 451)
        #expect(try await session.mail("e@f", size: 0).code == 250)
        #expect(line.rest == [] && line.faults == [])
    }

    @Test("Recipients that plugins have changed are told before DATA, all or none")
    func settles() async throws {
        let begun = ["C: MAIL FROM:<a@b>", "S: 250 ok", "C: RCPT TO:<c@d>", "S: 250 ok"]
        let again = ["C: RSET", "S: 250 ok", "C: MAIL FROM:<a@b>", "S: 250 ok", "C: RCPT TO:<x@d>"]
        let (good, line) = try await session(begun + again + ["S: 250 ok"])
        _ = try await good.mail("a@b", size: 0)
        _ = try await good.recipient("c@d")
        #expect(try await good.settle(["x@d"]) == nil)
        #expect(line.rest == [] && line.faults == [])
        let (bad, _) = try await session(begun + again + ["S: 550 no"])
        _ = try await bad.mail("a@b", size: 0)
        _ = try await bad.recipient("c@d")
        #expect(try await bad.settle(["x@d"])?.code == 550)
    }

    @Test("Addresses beyond ASCII need SMTPUTF8 in MAIL, also when only a recipient has them")
    func utf8() async throws {
        let (session, line) = try await session(
            [
                "C: MAIL FROM:<a@b>", "S: 250 ok", "C: RCPT TO:<c@d>", "S: 250 ok", "C: RSET", "S: 250 ok",
                "C: MAIL FROM:<a@b> SMTPUTF8", "S: 250 ok", "C: RCPT TO:<c@d>", "S: 250 ok", "C: RCPT TO:<\u{e4}@d>",
                "S: 250 ok",
            ],
            offer: ["SMTPUTF8"]
        )
        _ = try await session.mail("a@b", size: 0)
        _ = try await session.recipient("c@d")
        #expect(try await session.recipient("\u{e4}@d").code == 250)
        #expect(line.rest == [] && line.faults == [])
        let (old, _) = try await self.session(["C: MAIL FROM:<a@b>", "S: 250 ok"])
        #expect(try await old.mail("\u{e4}@b", size: 0).enhanced == "5.6.7")
        _ = try await old.mail("a@b", size: 0)
        #expect(try await old.recipient("\u{e4}@d").code == 553)
    }

    @Test("A server that dies before it has answered the end took nothing", arguments: [0, 1, 2, 3])
    func dies(_ count: Int) async throws {
        let script = ["C: MAIL FROM:<a@b>", "S: 250 ok", "C: DATA", "S: 354 go", "C: x", "C: ."]
        let (session, _) = try await session(Array(script.prefix([1, 3, 4, 6][count])))
        await #expect(throws: (any Error).self) {
            _ = try await session.mail("a@b", size: 0)
            _ = try await session.send(parts(["x\r\n"]))
        }
    }

    @Test("A refused DATA is the server's answer, and a 250 to it is none")
    func data() async throws {
        let begun = ["C: MAIL FROM:<a@b>", "S: 250 ok", "C: DATA"]
        let (refusing, _) = try await session(begun + ["S: 452 4.3.1 full"])
        _ = try await refusing.mail("a@b", size: 0)
        #expect(try await refusing.send(parts(["x"])).code == 452)
        let (odd, _) = try await session(begun + ["S: 250 what"])
        _ = try await odd.mail("a@b", size: 0)
        await #expect(throws: RemoteFault.self) { try await odd.send(parts(["x"])) }
    }
}

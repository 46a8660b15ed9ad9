import Testing

@testable import HostCore

/// Every hook and every verdict of reference §3.2, through a conversation.
@Suite struct EffectTests {
    @Test(arguments: EffectTable.cases)
    func aVerdictHasItsEffect(_ one: EffectTable.Case) throws {
        var base = Scripted.accepting.hooks
        base[one.hook] = nil
        if one.hook == "queue_outbound" { base["mail"] = "relay" }
        let scripted = try Scripted(
            [("judge", [one.hook: "\(one.verdict)"]), ("base", base)],
            config: ["connection.ini": "[max]\nbytes=1024\n"]
        )
        try Self.converse(scripted, one)
    }

    private static func converse(_ scripted: Scripted, _ one: EffectTable.Case) throws {
        let caller = scripted.call()
        let effect = EffectTable.Effect(one.effect)
        let answer = reach(one.hook, caller)
        #expect(answer.hasPrefix(effect.code), "\(answer)")
        #expect(scripted.told.count("\(one.hook) ") == 1)
        #expect(caller.link.isClosed == (effect.fate == .close))
        switch effect.fate {
        case .stay:
            if effect.code == "354" { #expect(caller.send(".\r\n").hasPrefix("250")) }
            #expect(caller.say("RSET").hasPrefix("250"))
        case .loop:
            #expect(caller.say("RSET").hasPrefix(effect.code))
            #expect(caller.say("QUIT").hasPrefix("221"))
            #expect(caller.link.isClosed)
        case .close:
            break
        }
        if one.hook != "disconnect" { caller.hangUp() }
    }

    /// The answer to the command that asks the hook.
    private static func reach(_ hook: String, _ caller: Caller) -> String {
        switch hook {
        case "connect_init", "lookup_rdns", "connect": return caller.greeting
        case "helo": return caller.say("HELO client.example.org")
        case "ehlo", "capabilities": return caller.say("EHLO client.example.org")
        case "unrecognized_command": return caller.say("XYZZY now")
        case "vrfy": return caller.say("VRFY bob")
        case "noop": return caller.say("NOOP")
        case "rset": return caller.say("RSET")
        case "quit": return caller.say("QUIT")
        case "disconnect":
            let answer = caller.say("QUIT")
            caller.driver.closed()
            return answer
        case "mail": return caller.say(["EHLO client.example.org", "MAIL FROM:<alice@example.org>"])
        case "rcpt", "rcpt_ok": return caller.begin(to: "bob@example.com")
        case "data":
            caller.begin(to: "bob@example.com")
            return caller.say("DATA")
        case "reset_transaction":
            caller.begin(to: "bob@example.com")
            return caller.mail()
        case "max_data_exceeded":
            caller.begin(to: "bob@example.com")
            return caller.mail("Subject: x\r\n\r\n" + String(repeating: "0123456789\r\n", count: 200))
        default:
            caller.begin(to: "bob@example.com")
            return caller.mail()
        }
    }
}

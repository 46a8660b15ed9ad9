import Testing

@testable import HostCore

@Suite struct GreetingTests {
    @Test func theGreetingCarriesTheBeginningOfTheId() throws {
        let caller = try Scripted(config: ["connection.ini": "[uuid]\nbanner_chars=8\n"]).call()
        let id = caller.driver.summary.id
        #expect(caller.greeting == "220 mx.example.org ESMTP Haraka/\(Product.version) ready (\(id.prefix(8)))\r\n")
    }

    @Test func theGreetingShowsSixCharactersUnlessToldOtherwise() throws {
        let caller = try Scripted().call()
        #expect(caller.greeting.hasSuffix("ready (\(caller.driver.summary.id.prefix(6)))\r\n"))
    }

    @Test func theGreetingHidesIdAndVersionWhereTheyAreSwitchedOff() throws {
        let ini = "[uuid]\nbanner_chars=0\n[headers]\nshow_version=false\n"
        #expect(
            try Scripted(config: ["connection.ini": ini]).call().greeting == "220 mx.example.org ESMTP Haraka ready\r\n"
        )
    }

    @Test func aGreetingOfSeveralLinesHasTheIdInItsLast() throws {
        let ini = "[message]\ngreeting[]=mx.example.org ESMTP\ngreeting[]=no spam\n"
        let caller = try Scripted(config: ["connection.ini": ini]).call()
        let id = caller.driver.summary.id.prefix(6)
        #expect(caller.greeting == "220-mx.example.org ESMTP\r\n220 no spam (\(id))\r\n")
    }

    @Test func refusalsCarryTheIdWhereThatIsWanted() throws {
        let scripted = try Scripted(
            [("judge", ["mail": "reply=550 5.7.1 one|two;902"])],
            config: ["connection.ini": "[uuid]\ndeny_chars=5\n"]
        )
        let caller = scripted.call()
        let id = caller.driver.summary.id.prefix(5)
        let answer = caller.say(["EHLO c.example.org", "MAIL FROM:<a@example.org>"])
        #expect(
            answer == "550-5.7.1 [\(id)@mx.example.org] one\r\n550 5.7.1 [\(id)@mx.example.org] two\r\n"
        )
        #expect(caller.say("NOOP") == "250 2.0.0 OK\r\n")
    }

    @Test func aRefusedConnectLoopsWithThePluginsOwnWords() throws {
        let scripted = try Scripted([("judge", ["connect": "reply=554 5.7.9 go|away;902"])])
        let caller = scripted.call()
        #expect(caller.greeting == "554-go\r\n554 away\r\n")
        for line in ["EHLO c.example.org", "MAIL FROM:<a@example.org>", "XYZZY"] {
            #expect(caller.say(line) == "554-5.7.9 go\r\n554 5.7.9 away\r\n")
        }
        #expect(!caller.link.isClosed)
        #expect(caller.say("QUIT").hasPrefix("221"))
        #expect(caller.link.isClosed)
    }

    @Test func aLookedUpNameIsAFactOfLaterHooksAndOfReceived() throws {
        let scripted = try Scripted([
            ("dns", ["lookup_rdns": "reply=0 - host.example.net;906"]),
            ("watch", ["connect": "900", "data_post": "900"]),
            Scripted.accepting,
        ])
        let caller = scripted.call()
        #expect(try #require(scripted.told.wait(for: "connect ")).contains(" host=host.example.net "))
        caller.begin(to: "bob@example.com")
        caller.say("DATA")
        let received = String(decoding: caller.driver.trace(), as: UTF8.self)
        #expect(received.hasPrefix("Received: from client.example.org (host.example.net [192.0.2.7])"))
        #expect(received.contains("by mx.example.org"))
        #expect(received.contains("id <\(caller.driver.summary.id).1@mx.example.org>"))
        #expect(caller.send("x\r\n.\r\n").hasPrefix("250"))
        #expect(try #require(scripted.line("transaction")).contains(" rdns=host.example.net "))
    }

    @Test func capabilitiesOfPluginsStandInTheReplyToEHLO() throws {
        let scripted = try Scripted([
            ("one", ["capabilities": "cap=XONE a b;900"]), ("two", ["capabilities": "lane;cap=XTWO;900"]),
        ])
        let caller = scripted.call()
        let answer = caller.say("EHLO c.example.org")
        #expect(answer.contains("\r\n250-XONE a b\r\n250 XTWO\r\n"))
        #expect(answer.contains("\r\n250-SIZE 26214400\r\n"))
        #expect(
            caller.say("HELO c.example.org") == "250 mx.example.org Hello c.example.org, Haraka is at your service.\r\n"
        )
        let again = caller.say("EHLO c.example.org")
        #expect(again == answer)
    }

    @Test func aRefusedGreetingIsForgotten() throws {
        let scripted = try Scripted([("judge", ["ehlo": "902", "noop": "900"])])
        let caller = scripted.call()
        #expect(caller.say("EHLO c.example.org").hasPrefix("550"))
        #expect(caller.say("MAIL FROM:<a@example.org>").hasPrefix("503"))
        caller.say("NOOP")
        #expect(try #require(scripted.told.wait(for: "noop ")).contains(" hello= "))
    }
}

import PluginHost
import Testing

@testable import HostCore

@Suite struct MessageTests {
    private static func hops(_ count: Int) -> String {
        String(repeating: "Received: from a by b; now\r\n", count: count) + "Subject: x\r\n\r\nhello\r\n"
    }

    @Test func theAnswerToAMessageCarriesTheTransactionsId() throws {
        let scripted = try Scripted([Scripted.accepting, ("watch", ["queue_ok": "900"])])
        let caller = scripted.call()
        for number in 1...2 {
            caller.begin(to: "bob@example.com")
            #expect(caller.mail() == "250 2.0.0 Message Queued (\(caller.driver.summary.id).\(number))\r\n")
        }
        #expect(scripted.told.all.last?.contains("queued=Message Queued (\(caller.driver.summary.id).2)") == true)
    }

    @Test func theTimeForAMessageRunsOverAllOfItsChunks() throws {
        let caller = try Scripted([Scripted.accepting]).call()
        caller.begin(to: "bob@example.com")
        let armed = { caller.link.events.filter { $0 == .armLimit }.count }
        let before = armed()
        #expect(caller.send("BDAT 14\r\nSubject: x\r\n\r\n").hasPrefix("250"))
        #expect(caller.send("BDAT 7\r\nhello\r\n").hasPrefix("250"))
        #expect(armed() == before + 1)
        #expect(caller.send("BDAT 5 LAST\r\nyou\r\n").hasPrefix("250"))
        #expect(armed() == before + 2)
    }

    @Test func tooManyHopsAreALoop() throws {
        let scripted = try Scripted(
            [Scripted.accepting, ("watch", ["data_post": "900", "reset_transaction": "900"])],
            config: ["connection.ini": "[headers]\nmax_received=3\n"]
        )
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail(Self.hops(4)) == "550 5.4.6 Too many hops: this message is going round in a loop\r\n")
        #expect(scripted.told.count("data_post ") == 0)
        #expect(scripted.told.count("reset_transaction ") == 1)
        #expect(caller.say("RCPT TO:<bob@example.com>").hasPrefix("503"))
        caller.begin(to: "bob@example.com")
        #expect(caller.mail(Self.hops(2)).hasPrefix("250"))
    }

    /// As in Haraka.
    @Test func theServersOwnReceivedLineCountsAsAHop() throws {
        let caller = try Scripted([Scripted.accepting], config: ["connection.ini": "[headers]\nmax_received=3\n"])
            .call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail(Self.hops(2)).hasPrefix("250"))
        caller.begin(to: "bob@example.com")
        #expect(caller.mail(Self.hops(3)).hasPrefix("550 5.4.6"))
    }

    @Test(arguments: [("queue", "901"), ("queue", "905"), ("max_data_exceeded", "906")])
    func anOddVerdictWithAnAcceptingCodeIsStillARefusal(_ hook: String, _ verdict: String) throws {
        let scripted = try Scripted(
            [("odd", [hook: "reply=250 2.0.0 fine;\(verdict)"]), ("base", ["rcpt": "906"])],
            config: ["connection.ini": "[max]\nbytes=1024\n"]
        )
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        let lines = hook == "queue" ? 1 : 200
        let answer = caller.mail(String(repeating: "0123456789\r\n", count: lines))
        #expect(answer.hasPrefix(hook == "queue" ? "451 4.0.0 fine" : "552 5.0.0 fine"))
    }

    @Test func tooManyHopsWaitForResetTransaction() throws {
        let scripted = try Scripted(
            [Scripted.accepting, ("watch", ["reset_transaction": "lane;pend;900"])],
            config: ["connection.ini": "[headers]\nmax_received=1\n"]
        )
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail(Self.hops(5)).hasPrefix("550 5.4.6"))
        #expect(caller.say("MAIL FROM:<a@example.org>").hasPrefix("250"))
    }

    @Test(arguments: ["900", "lane;pend;900"])
    func aTooLongLineEndsThePluginsTransactionToo(_ reset: String) throws {
        let scripted = try Scripted(
            [Scripted.accepting, ("watch", ["reset_transaction": reset, "data_post": "900"])],
            config: ["connection.ini": "[max]\ndata_line_length=992\n"]
        )
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail(String(repeating: "x", count: 2000) + "\r\nmore\r\n").hasPrefix("554 5.6.0"))
        #expect(scripted.told.count("reset_transaction ") == 1)
        #expect(scripted.told.count("data_post ") == 0)
        #expect(caller.driver.plugins.envelope == nil)
        #expect(try #require(scripted.line("transaction")).contains(" verdict=rejected code=554 "))
        caller.begin(to: "bob@example.com")
        #expect(caller.mail().hasPrefix("250"))
    }

    @Test func aTooLargeMessageIsReadToItsEndAndRefused() throws {
        let scripted = try Scripted([Scripted.accepting], config: ["connection.ini": "[max]\nbytes=1024\n"])
        let caller = scripted.call()
        #expect(caller.say("EHLO c").contains("SIZE 1024"))
        #expect(caller.say("MAIL FROM:<a@example.org> SIZE=2000").hasPrefix("552 5.3.4"))
        caller.begin(to: "bob@example.com")
        #expect(caller.mail(String(repeating: "0123456789\r\n", count: 200)) == "552 5.3.4 Message too big!\r\n")
        #expect(try #require(scripted.line("transaction")).contains(" size=2400 "))
        caller.begin(to: "bob@example.com")
        #expect(caller.mail().hasPrefix("250"))
    }

    @Test func withTooMuchMailInMemoryMailIsRefusedForNow() throws {
        let holding = try Scripted([Scripted.accepting])
        let first = holding.call()
        first.begin(to: "bob@example.com")
        first.say("DATA")
        let line = String(repeating: "x", count: 900) + "\r\n"
        first.send("Subject: much\r\n\r\n")
        first.send(String(repeating: line, count: 1300))
        let scripted = try Scripted(
            [Scripted.accepting, ("watch", ["reset_transaction": "900"])],
            config: ["connection.ini": "[max]\ndraft_memory=1m\n"]
        )
        let caller = scripted.call()
        let answer = caller.say(["EHLO c", "MAIL FROM:<a@example.org>"])
        #expect(answer == "452 4.3.1 Too much mail is being received, try again later\r\n")
        #expect(scripted.told.count("reset_transaction ") == 1)
        #expect(caller.say("RCPT TO:<b@example.com>").hasPrefix("503"))
        #expect(first.send(".\r\n").hasPrefix("250"))
    }

    @Test func aMessageThatNoLongerFitsIsReadToItsEndAndRefusedForNow() throws {
        let scripted = try Scripted([Scripted.accepting], config: ["connection.ini": "[max]\ndraft_memory=8m\n"])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        caller.say("DATA")
        caller.send("Subject: much\r\n\r\n")
        let part = String(repeating: String(repeating: "x", count: 900) + "\r\n", count: 1000)
        for _ in 0..<12 { #expect(caller.send(part) == "") }
        #expect(caller.send(".\r\n") == "452 4.3.1 Too much mail is being received, try again later\r\n")
        caller.begin(to: "bob@example.com")
        #expect(caller.mail().hasPrefix("250"))
    }

    @Test func aQueuePluginsWordsStandBeforeTheId() throws {
        let scripted = try Scripted([("base", ["rcpt": "906", "queue": "lane;pend;reply=0 - stored|twice;906"])])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail() == "250-2.0.0 stored\r\n250 2.0.0 twice (\(caller.driver.summary.id).1)\r\n")
    }

    @Test("D4: a queue plugin that takes too long has refused for now")
    func d4ATimeoutWhileQueuingIsTemporary() throws {
        let scripted = try Scripted([("base", ["rcpt": "906", "queue": "lane;hold;limit=20"])])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail() == "450 4.7.1 plugin timeout\r\n")
        #expect(try #require(scripted.line("transaction")).contains(" verdict=deferred code=450 plugin=base "))
    }

    @Test(arguments: ["XYZZY", "NOOP", "RCPT TO:<nobody@example.com>"])
    func aTransactionThatWasGivenUpIsAborted(_ refused: String) throws {
        let scripted = try Scripted(
            [
                ("strict", ["noop": "902"]), ("one", ["data": "900"]), ("base", ["rcpt": "906"]),
            ],
            config: ["connection.ini": "[max]\nrecipients=1\n"]
        )
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        caller.say(refused)
        caller.say("RSET")
        let line = try #require(scripted.line("transaction"))
        #expect(line.contains(" verdict=aborted code=0 plugin="))
        caller.say("QUIT")
        caller.hangUp()
        #expect(try #require(scripted.line("disconnect")).contains(" msgs=0/0/0 "))
    }

    @Test func aTransactionWhoseRecipientsWereAllRefusedIsRejected() throws {
        let scripted = try Scripted([("shy", ["rcpt": "900"])])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        caller.say("RSET")
        #expect(try #require(scripted.line("transaction")).contains("rcpts=0/0/1 size=0 verdict=rejected code=550 "))
    }
}

import Testing

@testable import HostCore

@Suite struct ConversationTests {
    private static let whole =
        "EHLO c.example.org\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n"

    @Test("D29: the replies of a pipelined group leave together")
    func d29RepliesOfAPipelinedGroupLeaveTogether() throws {
        let scripted = try Scripted([Scripted.accepting])
        let caller = scripted.call()
        caller.link.forgetEvents()
        caller.post(Self.whole)
        #expect(caller.link.writes.count == 1)
        #expect(caller.link.events.count { $0 == .flush } == 1)
        let codes = caller.link.takeText().split(separator: "\r\n").map { $0.prefix(4) }
        #expect(codes.suffix(5) == ["250 ", "250 ", "250 ", "250 ", "354 "])
    }

    @Test(arguments: [("NOOP\r\nNOOP\r\n", "Y"), ("NOOP\r\n", "N")])
    func theConnectionsLineTellsWhetherTheClientPipelined(_ said: String, _ letter: String) throws {
        let scripted = try Scripted()
        let caller = scripted.call()
        caller.send(said)
        caller.hangUp()
        #expect(try #require(scripted.line("disconnect")).contains(" pipe=\(letter) "))
    }

    @Test func aPendingQuestionPausesReadingUntilWoken() throws {
        let scripted = try Scripted([("slow", ["mail": "lane;pend;902"])])
        let caller = scripted.call()
        caller.say("EHLO c.example.org")
        caller.link.forgetEvents()
        caller.post("MAIL FROM:<a@example.org>\r\nNOOP\r\n")
        #expect(caller.link.isPaused)
        #expect(caller.link.takeText().isEmpty)
        #expect(caller.link.events == [.flush, .disarm, .pause])
        caller.settle()
        let lines = caller.link.takeText().split(separator: "\r\n")
        #expect(lines.map { $0.prefix(3) } == ["550", "250"])
        #expect(caller.link.events.contains(.resume))
        #expect(caller.link.events.last == .arm)
    }

    @Test func repliesBeforeAPendingQuestionLeaveWithoutWaitingForIt() throws {
        let scripted = try Scripted([("slow", ["mail": "lane;pend;900"])])
        let caller = scripted.call()
        caller.post("EHLO c.example.org\r\nMAIL FROM:<a@example.org>\r\n")
        #expect(caller.link.takeText().hasPrefix("250-mx.example.org Hello c.example.org"))
        #expect(caller.link.isPaused)
        caller.settle()
        #expect(caller.link.takeText().hasPrefix("250 2.1.0"))
    }

    /// Which stage of a transaction the peer leaves in, and what it has said until then.
    @Test(arguments: [
        ("before HELO", "", false),
        ("behind EHLO", "EHLO c\r\n", false),
        ("behind MAIL", "EHLO c\r\nMAIL FROM:<a@example.org>\r\n", true),
        ("behind RCPT", "EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\n", true),
        ("within DATA", whole + "Subject: x\r\n\r\nhalf a li", true),
        ("behind a message", whole + "x\r\n.\r\n", false),
    ])
    func theRequiredHooksRunWhenThePeerLeaves(_ place: String, _ said: String, _ isOpen: Bool) throws {
        let watcher = ["reset_transaction": "lane;900", "disconnect": "lane;900"]
        let scripted = try Scripted([Scripted.accepting, ("watch", watcher)])
        let caller = scripted.call()
        // Nobody sends text before DATA was answered.
        let parts = said.hasPrefix(Self.whole) ? [Self.whole, String(said.dropFirst(Self.whole.count))] : [said]
        for part in parts { caller.send(part) }
        let before = scripted.told.count("reset_transaction")
        caller.hangUp()
        #expect(scripted.told.count("reset_transaction") - before == (isOpen ? 1 : 0))
        #expect(scripted.told.count("disconnect") == 1)
        #expect(scripted.line("disconnect") != nil)
        #expect(caller.link.events.last == .driverIsDone)
    }

    @Test(arguments: ["connect", "ehlo", "mail", "rcpt", "rcpt_ok", "data", "data_post", "queue", "queue_ok"])
    func theRequiredHooksRunWhenThePeerLeavesWhileAHookIsPending(_ hook: String) throws {
        let watcher = ["reset_transaction": "lane;900", "disconnect": "lane;900"]
        let scripted = try Scripted([("stuck", [hook: "lane;hold"]), Scripted.accepting, ("watch", watcher)])
        let link = RecordingLink()
        if hook == "connect" {
            let driver = Conversation(house: scripted.house, peer: link)
            driver.opened(link)
            scripted.told.wait(for: "connect ")
            driver.closed()
            while link.awaitsDriver { driver.woken(link.nextWake() ?? 0, link) }
            #expect(scripted.told.count("reset_transaction") == 0)
        } else {
            let caller = scripted.call(link)
            caller.post(Self.whole)
            caller.post("x\r\n.\r\n")
            scripted.told.wait(for: "\(hook) ")
            caller.hangUp()
            #expect(scripted.told.count("reset_transaction") == (hook == "ehlo" ? 0 : 1))
        }
        #expect(scripted.told.count("disconnect") == 1)
        #expect(scripted.told.wait(for: "cancelled \(hook) 1") != nil)
    }

    @Test func aTransactionEndsOnceWhenThePeerLeavesDuringItsEnd() throws {
        let watcher = ["reset_transaction": "lane;pend;900", "disconnect": "lane;900"]
        let scripted = try Scripted([Scripted.accepting, ("watch", watcher)])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        caller.post("RSET\r\n")
        scripted.told.wait(for: "reset_transaction ")
        caller.hangUp()
        #expect(scripted.told.count("reset_transaction ") == 1)
        #expect(scripted.told.count("disconnect ") == 1)
        #expect(scripted.lines.count { $0.contains("] transaction ") } == 1)
    }

    @Test func resetTransactionRunsOnlyWhereThereIsATransaction() throws {
        let scripted = try Scripted([Scripted.accepting, ("watch", ["reset_transaction": "900", "rset": "900"])])
        let caller = scripted.call()
        caller.say("EHLO c.example.org")
        #expect(caller.say("RSET").hasPrefix("250"))
        #expect(scripted.told.count("reset_transaction") == 0)
        caller.begin(to: "bob@example.com")
        #expect(caller.say("RSET").hasPrefix("250"))
        #expect(scripted.told.count("reset_transaction") == 1)
        #expect(scripted.told.count("rset") == 2)
        caller.begin(to: "bob@example.com")
        caller.say("EHLO again.example.org")
        #expect(scripted.told.count("reset_transaction") == 2)
    }

    @Test func aHookThatTakesTooLongIsAPluginTimeout() throws {
        let scripted = try Scripted([("stuck", ["mail": "lane;hold;limit=20"])])
        let caller = scripted.call()
        let answer = caller.say(["EHLO c.example.org", "MAIL FROM:<a@example.org>"])
        #expect(answer == "450 4.7.1 plugin timeout\r\n")
        let line = try #require(scripted.line("refused"))
        #expect(line.contains("[stuck]"))
        #expect(line.contains("hook=mail plugin=stuck verdict=DENYSOFT code=450"))
        #expect(line.contains("the plugin gave no verdict in time"))
        #expect(caller.say("NOOP").hasPrefix("250"))
    }

    @Test func aSilentClientIsToldAndClosed() throws {
        let scripted = try Scripted()
        let caller = scripted.call()
        caller.driver.deadlinePassed(caller.link)
        #expect(caller.link.takeText().hasPrefix("421 4.4.2"))
        #expect(caller.link.isClosed)
    }

    @Test func stoppingEndsAnIdleConversationAtOnce() throws {
        let scripted = try Scripted()
        let caller = scripted.call()
        caller.say("EHLO c.example.org")
        caller.shutDown()
        #expect(caller.link.takeText().hasPrefix("421 4.3.2"))
        #expect(caller.link.isClosed)
    }

    @Test func stoppingLetsATransactionFinish() throws {
        let scripted = try Scripted([Scripted.accepting])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        caller.shutDown()
        #expect(!caller.link.isClosed)
        let answer = caller.mail()
        #expect(answer.hasPrefix("250 2.0.0"))
        #expect(answer.contains("\r\n421 4.3.2"))
        #expect(caller.link.isClosed)
    }

    @Test func stoppingWaitsForAPendingVerdict() throws {
        let scripted = try Scripted([("slow", ["ehlo": "lane;pend;900"])])
        let caller = scripted.call()
        caller.post("EHLO c.example.org\r\n")
        caller.shutDown()
        #expect(!caller.link.isClosed)
        caller.settle()
        let answer = caller.link.takeText()
        #expect(answer.hasPrefix("250-"))
        #expect(answer.contains("\r\n421 "))
        #expect(caller.link.isClosed)
    }

    @Test func stoppingAlsoEndsAConversationWhoseTransactionTheSessionEnded() throws {
        let scripted = try Scripted([Scripted.accepting], config: ["connection.ini": "[max]\ndata_line_length=992\n"])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        caller.say("DATA")
        caller.shutDown()
        let answer = caller.send(String(repeating: "x", count: 2000) + "\r\n.\r\n")
        #expect(answer.hasPrefix("554 5.6.0"))
        #expect(answer.contains("\r\n421 4.3.2"))
        #expect(caller.link.isClosed)
    }

    @Test func nothingIsSaidTwiceBehindAClose() throws {
        let scripted = try Scripted([("rude", ["mail": "lane;904"])])
        let caller = scripted.call()
        caller.say("EHLO c.example.org")
        let answer = caller.send("MAIL FROM:<a@example.org>\r\nNOOP\r\nNOOP\r\n")
        #expect(answer == "550 5.7.1 sender denied\r\n")
        #expect(caller.link.events.count { $0 == .close } == 1)
        caller.hangUp()
        #expect(scripted.lines.count { $0.contains("] disconnect ") } == 1)
    }
}

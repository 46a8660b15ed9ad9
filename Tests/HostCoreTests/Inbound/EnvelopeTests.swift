import Mail
import PluginHost
import Testing

@testable import HostCore

@Suite struct EnvelopeTests {
    @Test func aRecipientNeedsSomebodyWhoTakesIt() throws {
        let scripted = try Scripted([("shy", ["rcpt": "900"])])
        let caller = scripted.call()
        let answer = caller.begin(to: "bob@example.com")
        #expect(answer == "550 5.7.1 I cannot deliver mail for <bob@example.com>\r\n")
        #expect(try #require(scripted.line("refused")).contains("no plugin accepts <bob@example.com>"))
        #expect(caller.say("DATA").hasPrefix("5"))
    }

    @Test func aRelayingClientNeedsNobody() throws {
        let scripted = try Scripted([("relay", ["mail": "relay"]), ("watch", ["rcpt": "900", "rcpt_ok": "900"])])
        #expect(scripted.call().begin(to: "bob@example.com").hasPrefix("250 2.1.5"))
        #expect(try #require(scripted.told.wait(for: "rcpt_ok ")).contains(" relaying=1 "))
    }

    @Test func relayingMailThatNobodyTakesIsNotAccepted() throws {
        let scripted = try Scripted([("relay", ["mail": "relay"]), ("local", ["queue": "906"])])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail() == "451 4.3.0 Queuing declined or disabled, try later\r\n")
        #expect(scripted.told.count("queue ") == 0)
        #expect(caller.say("MAIL FROM:<a@example.org>").hasPrefix("250"))
    }

    @Test func relayingMailGoesToQueueOutbound() throws {
        let scripted = try Scripted([
            ("relay", ["mail": "relay"]), ("out", ["queue_outbound": "reply=0 - on its way;906", "queue": "902"]),
        ])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail() == "250 2.0.0 on its way (\(caller.driver.summary.id).1)\r\n")
    }

    @Test("D5: mail that nobody queues is the client's still, who hears why")
    func d5MailThatNobodyQueuesIsTheClientsStill() throws {
        let scripted = try Scripted([("base", ["rcpt": "906"])])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail() == "451 4.3.0 Queuing declined or disabled, try later\r\n")
    }

    @Test func aRewrittenRecipientIsSeenByLaterPlugins() throws {
        let scripted = try Scripted([
            ("alias", ["rcpt": "rewrite=0 robert@example.com;900"]), ("watch", ["rcpt": "900"]), Scripted.accepting,
        ])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        let line = try #require(scripted.told.all.first { $0.contains("by=watch") })
        #expect(line.contains("rcpt=robert@example.com original=bob@example.com"))
        #expect(caller.driver.plugins.envelope?.recipients.map(\.address.text) == ["robert@example.com"])
    }

    @Test func addedAndDroppedRecipientsCount() throws {
        let scripted = try Scripted([
            ("edit", ["data": "add=carol@example.com;drop=0;900"]), ("watch", ["data_post": "900"]), Scripted.accepting,
        ])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com")
        #expect(caller.mail().hasPrefix("250"))
        #expect(try #require(scripted.told.wait(for: "data_post ")).contains(" count=1 "))
    }

    @Test func aRefusedRecipientTakesThoseAddedForItWithIt() throws {
        let scripted = try Scripted([("edit", ["rcpt": "add=carol@example.com;900"])])
        let caller = scripted.call()
        #expect(caller.begin(to: "bob@example.com").hasPrefix("550"))
        #expect(caller.driver.plugins.envelope?.recipients.isEmpty == true)
    }

    @Test(arguments: [("rcpt_ok", "DATA"), ("data", "DATA"), ("data_post", "."), ("rcpt", "DATA")])
    func withNobodyLeftThereIsNoMessage(_ hook: String, _ place: String) throws {
        let verdict = hook == "rcpt" ? "906" : "900"
        let scripted = try Scripted([
            ("edit", [hook: "drop=0;\(verdict)", "reset_transaction": "900"]), Scripted.accepting,
        ])
        let caller = scripted.call()
        #expect(caller.begin(to: "bob@example.com").hasPrefix("250"))
        let answer = caller.say("DATA")
        #expect(answer.hasPrefix(place == "DATA" ? "554 5.5.1 No valid recipients" : "354"))
        if place == "." { #expect(caller.send("x\r\n.\r\n") == "554 5.5.1 No valid recipients\r\n") }
        #expect(scripted.told.count("reset_transaction ") == 1)
        #expect(scripted.told.count("queue ") == 0)
        #expect(caller.say("MAIL FROM:<a@example.org>").hasPrefix("250"))
    }

    @Test func skippedPluginsAreNotAskedForTheRestOfTheTransaction() throws {
        let scripted = try Scripted([
            ("boss", ["mail": "skip=strict;900"]), ("strict", ["rcpt": "902", "data_post": "902"]), Scripted.accepting,
        ])
        let caller = scripted.call()
        #expect(caller.begin(to: "bob@example.com").hasPrefix("250"))
        #expect(caller.mail().hasPrefix("250"))
        #expect(!scripted.told.all.contains { $0.contains("by=strict") })
    }

    @Test func skippingEndsWithTheTransaction() throws {
        let scripted = try Scripted([
            ("boss", ["data": "skip=strict;900"]), ("strict", ["rcpt": "902"]), Scripted.accepting,
        ])
        let caller = scripted.call()
        #expect(caller.begin(to: "bob@example.com").hasPrefix("550"))
        let other = try Scripted([
            ("boss", ["rcpt": "skip=strict;900"]), ("strict", ["rcpt_ok": "902", "mail": "900"]), Scripted.accepting,
        ])
        let second = other.call()
        #expect(second.begin(to: "bob@example.com").hasPrefix("250"))
        second.say("RSET")
        #expect(second.say("MAIL FROM:<a@example.org>").hasPrefix("250"))
        #expect(other.told.all.count { $0.hasPrefix("mail ") && $0.contains("by=strict") } == 2)
    }

    @Test func aTransactionsLineTellsWhatBecameOfIt() throws {
        let scripted = try Scripted([("judge", ["rcpt_ok": "900"]), Scripted.accepting])
        let caller = scripted.call()
        caller.begin(to: "bob@example.com", "carol@example.com")
        caller.mail()
        let line = try #require(scripted.line("transaction"))
        #expect(line.contains("[\(caller.driver.summary.id).1]"))
        #expect(line.contains(" ip=192.0.2.7 "))
        #expect(line.contains(" helo=client.example.org "))
        #expect(line.contains("rcpts=2/0/0 "))
        #expect(line.contains(" size=21 "))
        #expect(line.contains(" verdict=accepted code=250 plugin=base "))
    }
}

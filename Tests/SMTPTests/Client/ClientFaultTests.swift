import Mail
import SMTP
import Testing

/// What no host can cause: a caller that would have words put into the conversation, or loses its order, ends the process.
@Suite struct ClientFaultTests {
    @Test func aNameWithALineBreakTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ClientSession(policy: ClientPolicy(name: "c\r\nMAIL FROM:<x@y>"))
            _ = session.next(Array("220 x\r\n".utf8).span)
        }
    }

    @Test("a parameter with a line break traps", arguments: ["\n", "\r", "\0"])
    func aParameterWithALineBreakTraps(mark: String) async {
        await #expect(processExitsWith: .failure) { [mark] in
            var options = RecipientOptions()
            options.originalRecipient = .init(type: "x\(mark)DATA", address: "a@b")
            let address = try Address(parsing: "a@b.example")
            let envelope = Envelope(sender: .null, recipients: [Recipient(address, options: options)])
            var session = ClientSession(policy: ClientPolicy(name: "c"))
            _ = session.deliver(envelope, messageBytes: 0)
            _ = session.next(Array("220 x\r\n".utf8).span)
            let ready = Array("250-x\r\n250 DSN\r\n".utf8)
            _ = session.next(ready.span)
            _ = session.next(Array("250 ok\r\n".utf8).span)
        }
    }

    @Test func aSecondMessageBeforeTheFirstIsSettledTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ClientSession(policy: ClientPolicy(name: "c"))
            let envelope = Envelope(sender: .null, recipients: [Recipient(try Address(parsing: "a@b.example"))])
            _ = session.deliver(envelope, messageBytes: 0)
            _ = session.deliver(envelope, messageBytes: 0)
        }
    }

    @Test func aMessageForNobodyTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ClientSession(policy: ClientPolicy(name: "c"))
            _ = session.deliver(Envelope(sender: .null), messageBytes: 0)
        }
    }

    @Test func aMessageWrittenThatNobodyAskedForTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ClientSession(policy: ClientPolicy(name: "c"))
            _ = session.messageWritten()
        }
    }

    @Test func tlsWithoutSTARTTLSTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ClientSession(policy: ClientPolicy(name: "c"))
            _ = session.next(Array("220 x\r\n".utf8).span)
            _ = session.tlsStarted(TLSFacts())
        }
    }

    @Test func aMessageAfterTheEndTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ClientSession(policy: ClientPolicy(name: "c"))
            _ = session.peerClosed()
            let envelope = Envelope(sender: .null, recipients: [Recipient(try Address(parsing: "a@b.example"))])
            _ = session.deliver(envelope, messageBytes: 0)
        }
    }
}

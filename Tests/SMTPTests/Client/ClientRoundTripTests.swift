import Mail
import SMTP
import Testing

/// Our two halves talking to each other, in reads of any size.
@Suite struct ClientRoundTripTests {
    static let sizes = [1, 2, 7, 64, 100_000]
    static let message = Array("Subject: hi\r\n\r\n.dots\r\n..\r\nlast line\r\n".utf8)

    private func envelope(to count: Int = 2) throws -> Envelope {
        var envelope = Envelope(sender: try Address(parsing: "from@client.example"))
        for number in 0..<count { envelope.recipients.append(Recipient(try Address(parsing: "r\(number)@b.example"))) }
        return envelope
    }

    @Test("a message arrives as it was sent, by DATA and by BDAT, pipelined or not", arguments: sizes)
    func delivers(size: Int) throws {
        for (pipelines, chunks, isLMTP) in [
            (true, false, false), (false, false, false), (true, true, false), (false, true, false), (true, false, true),
            (true, true, true),
        ] {
            var (client, server) = (ClientPolicy(name: "client.example"), Performance.policy)
            client.pipelines = pipelines
            client.prefersChunking = chunks
            (client.isLMTP, server.isLMTP) = (isLMTP, isLMTP)
            server.switchedOff.remove(.chunking)
            var limits = ClientLimits()
            limits.chunkBytes = 10
            let mail = try envelope()
            let meeting = Meeting(client, server, limits, [mail, mail], Self.message, readsOf: size)
            #expect(meeting.messages == [Self.message, Self.message])
            #expect(meeting.verdicts == Array(repeating: "delivered 250 2.0.0 Message Queued", count: 4))
            #expect(meeting.end == "")
        }
    }

    @Test("SCRAM-SHA-256 and the others authenticate", arguments: SASLMechanism.allCases)
    func authenticates(mechanism: SASLMechanism) throws {
        var (client, server) = (ClientPolicy(name: "client.example"), Performance.policy)
        server.mechanisms = [mechanism]
        server.startTLS = .offered
        server.requiresAuth = true
        client.tls = .required
        let secrets: [SASLMechanism: ClientCredentials.Secret] = [
            .oauthBearer: .token("dG9rZW4"), .xoauth2: .token("dG9rZW4"), .external: .certificate,
        ]
        client.credentials = ClientCredentials(user: "al,ice=", secret: secrets[mechanism] ?? .password("pencil"))
        let meeting = Meeting(client, server, ClientLimits(), [try envelope()], Self.message, readsOf: 9)
        #expect(meeting.user == "al,ice=")
        #expect(meeting.messages == [Self.message])
        #expect(meeting.end == "")
    }

    @Test("a wrong password is for now, and for another host")
    func wrongPassword() throws {
        var (client, server) = (ClientPolicy(name: "client.example"), Performance.policy)
        server.mechanisms = [.scramSHA256]
        server.authNeedsTLS = false
        client.authInClear = true
        client.credentials = ClientCredentials(user: "alice", secret: .password("crayon"))
        let meeting = Meeting(client, server, ClientLimits(), [try envelope()], Self.message, readsOf: 9)
        #expect(meeting.messages.isEmpty)
        #expect(meeting.end == "535 5.7.8 Authentication failed (in reply to AUTH)")
    }

    @Test("a binary message goes by BDAT, byte for byte")
    func binary() throws {
        var server = Performance.policy
        server.switchedOff.subtract([.chunking, .binaryMIME])
        var mail = try envelope()
        mail.isBinary = true
        let message = Array("a\n.\r\nMAIL FROM:<x@y>\r\n\0\r".utf8)
        let meeting = Meeting(ClientPolicy(name: "c"), server, ClientLimits(), [mail], message, readsOf: 5)
        #expect(meeting.messages == [message])
    }

    @Test("what was asked for in MAIL and RCPT is passed on")
    func parameters() throws {
        var (client, server) = (ClientPolicy(name: "client.example"), Performance.policy)
        server.switchedOff.subtract(.all)
        server.startTLS = .offered
        client.tls = .required
        var options = MailOptions()
        options.returnedContent = .headers
        options.envelopeID = "a+b= c"
        options.deadline = .init(seconds: 120, mode: .giveBack, traces: true)
        options.priority = -3
        options.requiresTLS = true
        var mail = try envelope(to: 0)
        mail.options = options
        mail.isUTF8 = true
        mail.is8Bit = true
        var wishes = RecipientOptions()
        wishes.notice = [.success, .delay]
        wishes.originalRecipient = .init(type: "utf-8", address: "jürgen+x@b.example")
        mail.recipients = [Recipient(try Address(parsing: "jürgen@b.example"), options: wishes)]
        let meeting = Meeting(client, server, ClientLimits(), [mail], Self.message, readsOf: 100)
        #expect(
            meeting.mail == [
                MailCommand(
                    sender: mail.sender,
                    declaredSize: UInt64(Self.message.count),
                    is8Bit: true,
                    isUTF8: true,
                    options: options
                )
            ]
        )
        #expect(meeting.recipients == [RecipientCommand(mail.recipients[0].address, options: wishes)])
        #expect(meeting.verdicts == ["delivered 250 2.0.0 Message Queued"])
    }

    @Test("many recipients go in transactions of a hundred, or of as many as the host says")
    func manyRecipients() throws {
        let mail = try envelope(to: 250)
        var limits = Limits()
        for (bound, expected) in [(1000, 3), (40, 7)] {
            limits.recipients = bound
            var server = Performance.policy
            server.switchedOff.remove(.limits)
            let meeting = Meeting(
                ClientPolicy(name: "c"),
                server,
                ClientLimits(),
                [mail],
                Self.message,
                readsOf: 4096,
                serverLimits: limits
            )
            #expect(meeting.messages.count == expected)
            #expect(meeting.verdicts.count == 250)
            #expect(meeting.recipients.map(\.address) == mail.recipients.map(\.address))
        }
    }
}

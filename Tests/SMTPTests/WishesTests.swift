import Mail
import SMTP
import Testing

/// What parameters say must come to the driver as values.
@Suite struct WishesTests {
    private static let policy: Policy = {
        var policy = Performance.policy
        policy.switchedOff = []
        policy.longestHold = 1000
        policy.mechanisms = [.plain]
        policy.authNeedsTLS = false
        return policy
    }()

    private func command(_ parameters: String, after: String = "EHLO c\r\n") throws -> MailCommand {
        let session = SessionBox(upTo: after, policy: Self.policy)
        guard case .ask(.mail(let command), _) = session.next("MAIL FROM:<a@example.org>\(parameters)\r\n") else {
            throw Unasked()
        }
        return command
    }

    private struct Unasked: Error {}

    @Test func aPlainCommandWishesForNothing() throws {
        let plain = try command(" SIZE=5 BODY=8BITMIME SMTPUTF8")
        #expect(plain.options == nil && plain.envelope.options == nil)
        #expect(plain.is8Bit && !plain.isBinary)
    }

    @Test func everyParameterOfMailIsKeptWithTheEnvelope() throws {
        let full = try command(" RET=HDRS ENVID=a+2Bb BY=-3600;NT MT-PRIORITY=-4 BODY=BINARYMIME")
        var expected = MailOptions()
        expected.returnedContent = .headers
        expected.envelopeID = "a+b"
        expected.deadline = MailOptions.Deadline(seconds: -3600, mode: .tell, traces: true)
        expected.priority = -4
        #expect(full.envelope.options == expected)
        #expect(full.envelope.is8Bit && full.envelope.isBinary)
    }

    @Test(
        "what is asked for the way on is kept with the envelope",
        arguments: [
            ("", false, nil), ("REQUIRETLS", true, nil), ("HOLDFOR=5", false, .seconds(5)),
            ("requiretls HOLDUNTIL=1970-01-12T13:46:40Z", true, .until(secondsSinceEpoch: 1_000_000)),
        ] as [(String, Bool, MailOptions.Hold?)]
    )
    func wayOn(parameters: String, requiresTLS: Bool, hold: MailOptions.Hold?) throws {
        let session = SessionBox(upTo: "EHLO c\r\n", policy: Self.policy, openedAt: 999_500, tls: TLSFacts())
        guard case .ask(.mail(let command), _) = session.next("MAIL FROM:<> \(parameters)\r\n") else { throw Unasked() }
        #expect((command.envelope.options?.requiresTLS ?? false) == requiresTLS)
        #expect(command.envelope.options?.hold == hold)
    }

    @Test func whoSubmittedIsBelievedOfAuthenticatedClientsOnly() throws {
        let stranger = try command(" AUTH=e+3Dmc2@example.com")
        #expect(stranger.options?.submitter == .null)
        let login = "EHLO c\r\nAUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n"
        let friend = try command(" AUTH=e+3Dmc2@example.com", after: login)
        #expect(friend.options?.submitter?.text == "e=mc2@example.com")
        let humble = try command(" AUTH=<>", after: login)
        #expect(humble.options?.submitter == .null)
    }

    @Test(
        "an original recipient beyond ASCII is kept as it is meant",
        arguments: [
            ("", "utf-8;j\\x{F6}rg@b\\x{fc}cher.example", "jörg@bücher.example"),
            ("", "UTF-8;a\\x{2B}b\\x{3d}@example.net", "a+b=@example.net"),
            ("", "utf-8;\\x{1F4E8}@example.net", "📨@example.net"), ("", "rfc822;a+2Bb@example.net", "a+b@example.net"),
            (" SMTPUTF8", "utf-8;jörg+x@example.net", "jörg+x@example.net"),
            (" SMTPUTF8", "utf-8;\\x{5C}@example.net", nil), (" SMTPUTF8", "rfc822;+C3+B6@example.net", nil),
        ] as [(String, String, String?)]
    )
    func originalRecipients(parameter: String, value: String, expected: String?) {
        let session = SessionBox(upTo: "EHLO c\r\nMAIL FROM:<>\(parameter)\r\n", policy: Self.policy)
        let action = session.next("RCPT TO:<b@example.net> ORCPT=\(value)\r\n")
        guard case .ask(.recipient(let command), _) = action else {
            #expect(expected == nil)
            return
        }
        #expect(command.options?.originalRecipient?.address == expected)
    }

    @Test func everyParameterOfRcptIsKeptWithTheRecipient() throws {
        let session = SessionBox(upTo: "EHLO c\r\nMAIL FROM:<>\r\n", policy: Self.policy)
        let line = "RCPT TO:<b@example.net> NOTIFY=DELAY,FAILURE ORCPT=RFC822;b+2Bx@example.net\r\n"
        guard case .ask(.recipient(let command), _) = session.next(line) else { throw Unasked() }
        #expect(command.recipient.options?.notice == [.delay, .failure])
        let original = RecipientOptions.OriginalRecipient(type: "rfc822", address: "b+x@example.net")
        #expect(command.recipient.options?.originalRecipient == original)
        session.answer(.accept(nil))
        guard case .ask(.recipient(let plain), _) = session.next("RCPT TO:<c@example.net>\r\n") else { throw Unasked() }
        #expect(plain.options == nil)
        session.answer(.accept(nil))
        guard case .ask(.recipient(let never), _) = session.next("RCPT TO:<d@example.net> NOTIFY=NEVER\r\n") else {
            throw Unasked()
        }
        #expect(never.options?.notice == [])
    }
}

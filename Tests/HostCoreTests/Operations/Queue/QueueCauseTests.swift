import Outbound
import SMTP
import Testing

@testable import HostCore

/// Why mail isn't there yet: found in what was said last.
struct QueueCauseTests {
    private static func said(_ setback: ClientSession.Setback) -> String { "\(setback)" }

    /// What this server says, in its own words of today.
    private static let ours: [(String, QueueCause)] = [
        (CourierFault.unreachable("127.0.0.1:25: connection refused").description, .notReached),
        (CourierFault.tls("The peer refused with the alert \"handshake failure\" (40).").description, .tlsFailed),
        (CourierFault.tls("Bad certificate: no matching DANE TLSA records.").description, .daneMismatch),
        (CourierFault.tls("Bad certificate: hostname mismatch.").description, .certificate),
        (CourierFault.tls("Bad certificate: self-signed certificate.").description, .certificate),
        (CourierFault.unreadable.description, .unreadable),
        (CourierFault.abandoned.description, .brokenOff),
        (CourierFault.tooLate.description, .lost),
        (said(.injected), .tlsFailed), (said(.tlsFailed), .tlsFailed), (said(.tlsMissing), .tlsMissing),
        (said(.authMissing), .authUnusable), (said(.authInClear), .authInClear), (said(.authUnsuited), .authUnusable),
        (said(.authUnproven), .authUnusable), (said(.tooBig(limit: 100)), .tooBig), (said(.eightBit), .no8Bit),
        (said(.binary), .noBinary), (said(.unicode), .noUnicode), (said(.unicodeRecipient), .noUnicode),
        (said(.unprotected), .noRequireTLS), (said(.transactionLimit), .lost), (said(.lost(at: .data)), .lost),
        (said(.timedOut(at: .endOfText)), .silent), (said(.broken(at: .hello)), .notSMTP),
        ("x.example takes no mail (null MX)", .nullMX), ("there is no domain x.example", .noSuchDomain),
        ("mail for x.example comes back to this server, which doesn't take it", .loop),
        ("mx.x.example has no address; mx2.x.example has no address", .noAddress),
        ("the MX of x.example: x.example MX: no answer in time", .noAnswerFromDNS),
        ("mx.x.example: its TLSA records can't be had: _25._tcp.mx.x.example TLSA: SERVFAIL", .daneUnknown),
        ("mx.x.example isn't named by the MTA-STS policy of x.example", .mtaSTS),
        ("given up by the administrator: the mailbox is full", .givenUp),
        ("held by the server: the address can't be read", .heldHere),
        ("karma puts it off (hook send_email)", .plugin), ("something new", .other), ("", .other),
    ]

    /// What hosts say, the large providers among them.
    private static let theirs: [(String, QueueCause)] = [
        ("451 4.7.1 Greylisted, come again in 5 minutes (in reply to RCPT)", .greylisted),
        ("450 4.2.0 <b@x.example>: Recipient address rejected: Greylisting in effect (in reply to RCPT)", .greylisted),
        ("421 4.7.28 Our system has detected an unusual rate of unsolicited mail (in reply to MAIL)", .rateLimited),
        ("451 4.7.500 Server busy: too many messages from 192.0.2.1 (in reply to MAIL)", .rateLimited),
        ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred (in reply to greeting)", .busy),
        ("452 4.2.2 The email account that you tried to reach is over quota (in reply to RCPT)", .mailboxFull),
        ("552 5.2.2 Mailbox full (in reply to RCPT)", .mailboxFull),
        ("452 4.3.1 Insufficient system storage (in reply to MAIL)", .hostFull),
        ("421 4.3.2 System is shutting down (in reply to greeting)", .busy),
        ("550 5.1.1 The email account that you tried to reach does not exist (in reply to RCPT)", .noSuchMailbox),
        ("550 No such user here (in reply to RCPT)", .noSuchMailbox),
        ("550 5.2.1 The account is disabled (in reply to RCPT)", .mailboxOff),
        ("556 5.1.10 Recipient address has null MX (in reply to RCPT)", .nullMX),
        (
            "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org (in reply to RCPT)",
            .blocked
        ),
        ("550 5.7.26 This mail is unauthenticated (in reply to end of the message)", .unproven),
        ("550 5.7.1 Message rejected as spam (in reply to end of the message)", .spam),
        ("552 5.3.4 Message size exceeds fixed limit (in reply to MAIL)", .tooBig),
        ("554 5.4.6 Too many hops (in reply to end of the message)", .loop),
        ("535 5.7.8 Error: authentication failed (in reply to AUTH)", .authRefused),
        ("454 4.7.0 Temporary authentication failure (in reply to AUTH)", .authRefused),
        ("530 5.7.0 Must issue a STARTTLS command first (in reply to MAIL)", .tlsDemanded),
        ("553 5.6.7 SMTPUTF8 is needed (in reply to RCPT)", .noUnicode),
        ("451 4.3.0 Try again (in reply to end of the message)", .later),
        ("550 5.7.1 Not for you (in reply to RCPT)", .refused),
    ]

    @Test(arguments: ours + theirs)
    func `A cause is found in what was said`(reply: String, cause: QueueCause) {
        #expect(QueueCause(LastReply(reply, host: nil)) == cause)
        #expect(QueueCause(LastReply("mx.x.example: \(reply)", host: "mx.x.example")) == cause)
        // Of several hosts the last one has decided.
        let all = "mx1.x.example: 550 5.1.1 No such user (in reply to greeting); mx.x.example: \(reply)"
        #expect(QueueCause(LastReply(all, host: "mx.x.example")) == cause)
    }

    @Test func `There is an example of every cause`() {
        let known = Set((Self.ours + Self.theirs).map(\.1))
        #expect(Set(QueueCause.allCases).subtracting(known).isEmpty)
    }

    @Test(arguments: [
        "451 4.3.0 TLS with the host failed: a TLSA record, the host wasn't reached (in reply to DATA)",
        "451 there is no domain, given up by the administrator (in reply to DATA)",
    ])
    func `A host can't take the words out of this server's mouth`(reply: String) {
        #expect(QueueCause(LastReply(reply, host: "mx.x.example")) == .later)
    }

    @Test func `A reply is taken apart`() {
        let reply = LastReply("mx1: 550 no; mx2: 451 4.7.1 Later\nplease (in reply to end of the message)", host: "mx2")
        #expect(reply.words == "451 4.7.1 Later\nplease")
        #expect(reply.code == 451 && reply.enhanced == [4, 7, 1] && reply.step == "end of the message")
        let own = LastReply("the host closed the connection (DATA)", host: "mx")
        #expect(own.code == nil && own.step == "DATA" && own.words == "the host closed the connection")
        let odd = LastReply("250", host: nil)
        #expect(odd.code == 250 && odd.enhanced.isEmpty && odd.step == nil)
        for text in ["999 no", "4511 no", "451-x", "(x)", " ", "451 4.7 x (in reply to", "\u{1F600}: (DATA)"] {
            #expect(LastReply(text, host: "").enhanced.isEmpty)
        }
    }
}

import Testing

@testable import HostCore

struct SummaryTests {
    private func plain(_ message: String, _ fields: [LogField]) -> String {
        String(decoding: LogLine(.notice, message, id: "A.1", fields).encoded(.plain, time: nil), as: UTF8.self)
    }

    @Test("A transaction's line has its fixed fields, empty ones too")
    func transaction() {
        var summary = TransactionSummary(id: "A.1")
        summary.ip = "192.0.2.1"
        summary.from = "anna@example.com"
        summary.rcptsAccepted = 2
        summary.rcptsRejected = 1
        summary.size = 4096
        summary.verdict = .accepted
        summary.code = 250
        summary.plugin = "queue/maildir"
        summary.queueText = "delivered to 2"
        summary.duration = .milliseconds(1234)
        #expect(
            plain(TransactionSummary.message, summary.fields) == """
                [NOTICE] [A.1] [core] transaction ip=192.0.2.1 rdns="" helo="" tls="" auth="" from=anna@example.com \
                to="" rcpts=2/0/1 size=4096 verdict=accepted code=250 plugin=queue/maildir queue_text="delivered to 2" \
                seconds=1.234\n
                """
        )
        #expect(TransactionSummary(id: "A.1").verdict == .aborted)
    }

    @Test("A refusal's line names hook, plugin, verdict, reply and the fact that decided")
    func refusal() {
        let refusal = Refusal(
            hook: "rcpt",
            plugin: "rcpt_to.in_host_list",
            verdict: "DENY",
            code: 550,
            enhanced: "5.1.1",
            reply: "no such user",
            fact: "example.net isn't in host_list"
        )
        #expect(
            plain(Refusal.message, refusal.fields) == """
                [NOTICE] [A.1] [core] refused hook=rcpt plugin=rcpt_to.in_host_list verdict=DENY code=550 \
                enhanced=5.1.1 reply="no such user" fact="example.net isn't in host_list"\n
                """
        )
    }

    @Test("A connection's line has Haraka's fields")
    func connection() {
        var summary = ConnectionSummary(id: "A")
        summary.ip = "192.0.2.1"
        summary.helo = "mx.example.org"
        summary.esmtp = true
        summary.errors = 1
        summary.transactions = 2
        summary.rcpts.accepted = 3
        summary.messages = .init(accepted: 1, deferred: 0, rejected: 1)
        summary.bytes = 5000
        summary.lastReject = "550 no"
        summary.duration = .seconds(2)
        #expect(
            plain(ConnectionSummary.message, summary.fields) == """
                [NOTICE] [A.1] [core] disconnect ip=192.0.2.1 rdns="" helo=mx.example.org relay=N early=N esmtp=Y tls=N \
                pipe=N errors=1 txns=2 rcpts=3/0/0 msgs=1/0/1 bytes=5000 lr="550 no" time=2.000\n
                """
        )
    }
}

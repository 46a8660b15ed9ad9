import DNS
import Mail
import Queue
import SMTP
import Support
import Testing

@testable import Outbound

/// What domains are told of TLS with their hosts: RFC 8460.
struct TLSReportTests {
    private static let rule = TLSRule(
        .sts,
        of: "b.example",
        lines: ["version: STSv1", "x: \"\\\u{1}"],
        patterns: ["*.b"]
    )

    private static func failure(_ result: TLSFailure.Result, _ host: String = "", _ reason: String = "") -> TLSFailure {
        var failure = TLSFailure(result)
        (failure.host, failure.reason) = (host, reason)
        return failure
    }

    private static func report(_ counts: [(TLSTally.Key, Int)]) -> TLSReport {
        TLSReport(
            of: "b.example",
            on: 20_780,
            counts,
            organization: "Our \"House\"",
            contact: "me@a.example",
            id: "R1"
        )
    }

    @Test func `A report says it all`() {
        let report = Self.report([
            (TLSTally.Key(day: 20_780, rule: TLSRule(.none, of: "b.example"), failure: nil), 7),
            (TLSTally.Key(day: 20_780, rule: Self.rule, failure: nil), 3),
            (
                TLSTally.Key(
                    day: 20_780,
                    rule: Self.rule,
                    failure: Self.failure(.expired, "mx.b", "certificate has expired")
                ), 2
            ),
            (TLSTally.Key(day: 20_780, rule: Self.rule, failure: Self.failure(.noPolicy)), 1),
        ])
        let expected =
            #"{"organization-name":"Our \"House\"","date-range":{"start-datetime":"2026-11-23T00:00:00Z","#
            + #""end-datetime":"2026-11-23T23:59:59Z"},"contact-info":"me@a.example","report-id":"R1","policies":["#
            + #"{"policy":{"policy-type":"no-policy-found","policy-domain":"b.example"},"summary":"#
            + #"{"total-successful-session-count":7,"total-failure-session-count":0}},"#
            + #"{"policy":{"policy-type":"sts","policy-string":["version: STSv1","x: \"\\\u0001"],"#
            + #""policy-domain":"b.example","mx-host":["*.b"]},"summary":"#
            + #"{"total-successful-session-count":3,"total-failure-session-count":3},"failure-details":["#
            + #"{"result-type":"certificate-expired","receiving-mx-hostname":"mx.b","failed-session-count":2,"#
            + #""failure-reason-code":"certificate has expired"},"#
            + #"{"result-type":"sts-policy-fetch-error","failed-session-count":1}]}]}"#
        #expect(String(decoding: report.json, as: UTF8.self) == expected)
    }

    @Test(
        "A record names those who want reports",
        arguments: [
            (["v=TLSRPTv1; rua=mailto:a@b.example"], ["mailto:a@b.example"]),
            (
                ["v=TLSRPTv1;rua=mailto:a%2Bx@b.example?subject=y , https://c.example/v1?a=b;"],
                ["mailto:a%2Bx@b.example?subject=y", "https://c.example/v1?a=b"]
            ),
            (["v=TLSRPTv1; rua=ftp://x, mailto:nobody, https://u@x/, MAILTO:a@b.example"], ["MAILTO:a@b.example"]),
            (["v=spf1", "v=TLSRPTv1; x=y; rua=mailto:a@b.example"], ["mailto:a@b.example"]),
            (
                ["v=TLSRPTv1; rua=" + (1...9).map { "mailto:a\($0)@b" }.joined(separator: ",")],
                ["mailto:a1@b", "mailto:a2@b", "mailto:a3@b", "mailto:a4@b"]
            ),
        ] as [([String], [String])]
    )
    func record(_ texts: [String], _ uris: [String]) throws {
        let record = try #require(ReportRecord(texts.map { Array($0.utf8) }))
        #expect(record.addresses.map(\.uri) == uris)
    }

    @Test(
        "A record that names nobody is none",
        arguments: [
            [], ["v=TLSRPTv1"], ["v=TLSRPTv1;"], ["v=TLSRPTv1; rua="], ["v=TLSRPTv1; rua=x:y"],
            ["v=TLSRPTv1; rua=mailto:a@b", "v=TLSRPTv1; rua=mailto:a@b"], ["v=TLSRPTv2; rua=mailto:a@b"],
            ["v=TLSRPTv1; rua=mailto:<>"], ["v=TLSRPTv1; rua=mailto:%zz@b"],
        ]
    )
    func noRecord(_ texts: [String]) {
        #expect(ReportRecord(texts.map { Array($0.utf8) }) == nil)
    }

    @Test func `A mailed address is read through its percent signs`() throws {
        let record = try #require(ReportRecord([Array("v=TLSRPTv1; rua=mailto:a%2bx@b.example?x".utf8)]))
        #expect(record.addresses.map(\.address) == [.mail(try Address(parsing: "a+x@b.example"))])
    }

    @Test func `A report by mail goes out whatever TLS comes to, and nothing comes back for it`() throws {
        let mail = TLSReportMail(
            report: Self.report([]),
            submitter: "us.example",
            sender: try Address(parsing: "postmaster@us.example"),
            recipient: try Address(parsing: "a@b.example"),
            now: WallClock.start
        )
        let draft = mail.draft
        #expect(draft.notes == TLSReportMail.mark)
        #expect(draft.envelope.recipients.first?.options?.notice == [])
        guard case .bytes(let bytes) = draft.text else {
            Issue.record("no bytes")
            return
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.utf8.count <= 998 && !$0.contains("\n") && !$0.contains("\r") })
        for line in ["TLS-Report-Domain: b.example", "TLS-Report-Submitter: us.example", "TLS-Required: No"] {
            #expect(lines.contains(Substring(line)))
        }
    }

    @Test func `Counts are kept by day and kind, and bounded for each domain`() async throws {
        let folder = try TemporaryFolder()
        let book = try PolicyBook(path: folder.path + "/tls.db") { _ in }
        let success = TLSTally.Key(day: 5, rule: Self.rule, failure: nil)
        let failure = TLSTally.Key(day: 5, rule: Self.rule, failure: Self.failure(.expired, "mx"))
        for _ in 0..<2 { #expect(await book.add([success: 2, failure: 1])) }
        let many = (0..<500).map { TLSTally.Key(day: 5, rule: Self.rule, failure: Self.failure(.general, "mx\($0)")) }
        #expect(await book.add(Dictionary(many.map { ($0, 1) }) { $0 + $1 }))
        #expect(await book.dueReports(before: 5, now: 0, limit: 9).isEmpty)
        #expect(await book.dueReports(before: 6, now: 0, limit: 9).map(\.domain) == ["b.example"])
        let counts = await book.counts(of: "b.example", on: 5)
        #expect(counts.count == 201)
        #expect(counts.first { $0.0 == success }?.1 == 4 && counts.first { $0.0 == failure }?.1 == 2)
        #expect(counts.reduce(0) { $0 + $1.1 } == 506)
        let due = try #require(await book.dueReports(before: 6, now: 0, limit: 9).first)
        await book.postpone(due, to: 100, done: ["x", "y"])
        #expect(await book.dueReports(before: 6, now: 99, limit: 9).isEmpty)
        let later = try #require(await book.dueReports(before: 6, now: 100, limit: 9).first)
        #expect(later.tries == 1 && later.done == ["x", "y"])
        await book.settle(later)
        #expect(await book.dueReports(before: 6, now: 1000, limit: 9).isEmpty)
    }

    @Test func `What can't be written down is counted on`() throws {
        let tally = TLSTally(isOn: { true }, clock: { WallClock.start })
        tally.note(nil, under: Self.rule)
        let taken = tally.take()
        #expect(tally.take().isEmpty)
        tally.note(nil, under: Self.rule)
        tally.giveBack(taken)
        #expect(tally.take().values.map(\.self) == [2])
    }

    @Test func `Nothing is counted where nobody reports`() {
        let tally = TLSTally(isOn: { false }, clock: { WallClock.start })
        tally.note(nil, under: Self.rule)
        #expect(tally.take().isEmpty)
    }
}

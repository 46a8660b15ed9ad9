import Testing

@testable import DNS

@Suite struct MailHostsTests {
    static let question = Question(Name(canonical: "example"), .mx)

    static func answer(_ hosts: [(UInt16, String)], isSecure: Bool = false, malformed: Int = 0) -> Answer {
        let records = hosts.map { Record.mx(MailExchanger(preference: $0.0, host: Name(canonical: $0.1))) }
        return Answer(
            question,
            .found,
            records: records,
            malformed: malformed,
            timeToLive: .seconds(300),
            isSecure: isSecure
        )
    }

    static func judge(_ answer: Answer, seed: UInt64 = 1) -> MailHosts {
        var generator = Seeded(state: seed)
        return MailHosts(answer, shuffledBy: &generator)
    }

    @Test(
        arguments: [
            ([(20, "b"), (10, "a"), (30, "c")], ["a", "b", "c"]),
            // RFC 7505 §3: a root beside others is no host.
            ([(0, "."), (10, "a")], ["a"]),
            ([(20, "a"), (10, "a"), (15, "b")], ["a", "b"]),
        ] as [([(UInt16, String)], [String])]
    )
    func `hosts come by preference, each once`(records: [(UInt16, String)], expected: [String]) throws {
        guard case .hosts(let hosts, false, .seconds(300)) = Self.judge(Self.answer(records)) else {
            Issue.record("no hosts")
            return
        }
        #expect(hosts.map(\.name.text) == expected)
        #expect(!hosts.contains { $0.isImplicit })
    }

    @Test func `equal hosts come in every order, and never before better ones`() {
        let records: [(UInt16, String)] = [(20, "z"), (10, "a"), (10, "b"), (10, "c")]
        var orders: Set<[String]> = []
        for seed: UInt64 in 0..<200 {
            guard case .hosts(let hosts, _, _) = Self.judge(Self.answer(records), seed: seed) else { continue }
            #expect(hosts.last?.name.text == "z")
            orders.insert(hosts.map(\.name.text))
        }
        #expect(orders.count == 6)
    }

    @Test func `a null MX says that there is no mail`() {
        #expect(Self.judge(Self.answer([(0, ".")])) == .noMail)
        #expect(Self.judge(Self.answer([(10, ".")])) == .noMail)
    }

    @Test func `a domain without MX is its own host, under its canonical name`() {
        let alias = Answer(Self.question, .noData, isSecure: true, canonicalName: Name(canonical: "real"))
        let host = MailHost(name: Name(canonical: "real"), preference: 0, isImplicit: true)
        #expect(Self.judge(alias) == .hosts([host], isSecure: true, timeToLive: .zero))
    }

    @Test func `whether the answer was secure is kept`() {
        guard case .hosts(_, true, _) = Self.judge(Self.answer([(1, "a")], isSecure: true)) else {
            Issue.record("not secure")
            return
        }
    }

    @Test(arguments: [
        (Answer.Outcome.failed(reason: "SERVFAIL"), "example MX: SERVFAIL"),
        (.bogus(reason: "expired"), "example MX: DNSSEC validation failed: expired"),
        (.timedOut, "example MX: no answer in time"),
        (.stopped, "example MX: the resolver is stopped"),
    ])
    func `a fault is not an answer`(outcome: Answer.Outcome, reason: String) {
        #expect(Self.judge(Answer(Self.question, outcome)) == .unknown(reason: reason))
    }

    @Test func `no such domain is told from unreadable records`() {
        #expect(Self.judge(Answer(Self.question, .noSuchName)) == .noSuchDomain)
        #expect(Self.judge(Self.answer([], malformed: 2)) == .unknown(reason: "example MX: no record can be read"))
    }
}

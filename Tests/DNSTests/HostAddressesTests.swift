import Testing

@testable import DNS

@Suite struct HostAddressesTests {
    static let host = Name(canonical: "mx.example")

    static func answer(
        _ type: RecordType,
        _ outcome: Answer.Outcome,
        _ text: String? = nil,
        isSecure: Bool = false
    ) -> Answer {
        let records = text.flatMap { HostAddress($0) }.map { [Record.address($0)] } ?? []
        return Answer(Question(host, type), outcome, records: records, timeToLive: .seconds(9), isSecure: isSecure)
    }

    static func join(_ six: Answer, _ four: Answer) -> HostAddresses {
        HostAddresses([six, four], preferring: .either)
    }

    @Test func `both families are joined`() {
        let joined = Self.join(
            Self.answer(.aaaa, .found, "::1", isSecure: true),
            Self.answer(.a, .found, "192.0.2.1", isSecure: true)
        )
        guard case .found(let found) = joined else {
            Issue.record("\(joined)")
            return
        }
        #expect(found.addresses.map(\.description) == ["::1", "192.0.2.1"])
        #expect(found.isSecure && found.fault == nil && found.timeToLive == .seconds(9))
    }

    @Test func `an answer that isn't secure takes security from both`() {
        let joined = Self.join(
            Self.answer(.aaaa, .noData, isSecure: false),
            Self.answer(.a, .found, "192.0.2.1", isSecure: true)
        )
        guard case .found(let found) = joined else {
            Issue.record("\(joined)")
            return
        }
        #expect(!found.isSecure)
    }

    @Test func `one family is enough, and why the other is missing is said`() {
        let joined = Self.join(
            Self.answer(.aaaa, .timedOut),
            Self.answer(.a, .found, "192.0.2.1", isSecure: true)
        )
        guard case .found(let found) = joined else {
            Issue.record("\(joined)")
            return
        }
        #expect(found.addresses.count == 1 && found.isSecure)
        #expect(found.fault == "mx.example AAAA: no answer in time")
    }

    @Test func `a host without addresses is told from one that isn't known`() {
        #expect(Self.join(Self.answer(.aaaa, .noData), Self.answer(.a, .noData)) == .none)
        #expect(Self.join(Self.answer(.aaaa, .noSuchName), Self.answer(.a, .noSuchName)) == .none)
        let fault = Self.join(Self.answer(.aaaa, .noData), Self.answer(.a, .failed(reason: "SERVFAIL")))
        #expect(fault == .unknown(reason: "mx.example A: SERVFAIL"))
    }

    @Test func `keys count when they are secure, and a fault is neither`() {
        let question = Question(Self.host, .tlsa)
        let record = HostKey(usage: 3, selector: 1, matching: 1, data: [1])
        let secure = Answer(question, .found, records: [.tlsa(record)], timeToLive: .seconds(1), isSecure: true)
        #expect(HostKeys(secure) == .secure([record], timeToLive: .seconds(1)))
        #expect(HostKeys(Answer(question, .found, records: [.tlsa(record)])) == .none)
        #expect(HostKeys(Answer(question, .noData, isSecure: true)) == .none)
        #expect(HostKeys(Answer(question, .noSuchName)) == .none)
        #expect(HostKeys(Answer(question, .found, malformed: 1, isSecure: true)) != .none)
        let bogus = "mx.example TLSA: DNSSEC validation failed: x"
        #expect(HostKeys(Answer(question, .bogus(reason: "x"))) == .unknown(reason: bogus))
        #expect(HostKeys(Answer(question, .failed(reason: "x"))) == .unknown(reason: "mx.example TLSA: x"))
    }
}

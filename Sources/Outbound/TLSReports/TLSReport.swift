internal import System

/// What a domain is told of one day: RFC 8460 §4.
struct TLSReport: Sendable {
    struct Policy: Sendable {
        let rule: TLSRule
        var successes = 0
        var failures: [(failure: TLSFailure, sessions: Int)] = []
    }

    let organization: String
    let contact: String
    let id: String
    let domain: String
    /// Since 1970, in UTC.
    let day: Int
    let policies: [Policy]

    init(
        of domain: String,
        on day: Int,
        _ counts: [(TLSTally.Key, Int)],
        organization: String,
        contact: String,
        id: String
    ) {
        (self.organization, self.contact, self.id) = (organization, contact, id)
        (self.domain, self.day) = (domain, day)
        var policies: [Policy] = []
        for (key, sessions) in counts {
            if policies.last?.rule != key.rule { policies.append(Policy(rule: key.rule)) }
            let last = policies.count - 1
            if let failure = key.failure {
                policies[last].failures.append((failure, sessions))
            } else {
                policies[last].successes += sessions
            }
        }
        self.policies = policies
    }

    /// RFC 8460 §4.4.
    var json: [UInt8] {
        var text = JSONText()
        text.object { text in
            text.pair("organization-name", organization)
            text.key("date-range")
            text.object { text in
                text.pair("start-datetime", "\(CalendarDay.text(day: Int64(day)))T00:00:00Z")
                text.pair("end-datetime", "\(CalendarDay.text(day: Int64(day)))T23:59:59Z")
            }
            text.pair("contact-info", contact)
            text.pair("report-id", id)
            text.key("policies")
            text.array { text in for policy in policies { Self.append(policy, to: &text) } }
        }
        return text.bytes
    }

    private static func append(_ policy: Policy, to text: inout JSONText) {
        text.object { text in
            text.key("policy")
            text.object { text in
                text.pair("policy-type", policy.rule.kind.rawValue)
                text.pair("policy-string", policy.rule.lines)
                text.pair("policy-domain", policy.rule.domain)
                text.pair("mx-host", policy.rule.patterns)
            }
            text.key("summary")
            text.object { text in
                text.pair("total-successful-session-count", policy.successes)
                text.pair("total-failure-session-count", policy.failures.reduce(0) { $0 + $1.sessions })
            }
            guard !policy.failures.isEmpty else { return }
            text.key("failure-details")
            text.array { text in
                for (failure, sessions) in policy.failures { append(failure, sessions, to: &text) }
            }
        }
    }

    private static func append(_ failure: TLSFailure, _ sessions: Int, to text: inout JSONText) {
        text.object { text in
            text.pair("result-type", failure.result.rawValue)
            if !failure.local.isEmpty { text.pair("sending-mta-ip", failure.local) }
            if !failure.host.isEmpty { text.pair("receiving-mx-hostname", failure.host) }
            if !failure.remote.isEmpty { text.pair("receiving-ip", failure.remote) }
            text.pair("failed-session-count", sessions)
            if !failure.reason.isEmpty { text.pair("failure-reason-code", failure.reason) }
        }
    }
}

import SMTP
import Testing

@testable import HostCore

struct PolicyFactsTests {
    @Test func `Each combination stands at its own index`() {
        #expect(PolicyFacts.all.map(\.index) == Array(0..<32))
        #expect(PolicyFacts.all.enumerated().allSatisfy { $1 == PolicyFacts.all[$0] })
    }

    @Test func `A policy takes each fact`() {
        for facts in PolicyFacts.all {
            let policy = facts.applied(to: Policy(hostname: "mx.example.org"))
            #expect(policy.isLMTP == facts.isLMTP)
            #expect(policy.startTLS == facts.startTLS)
            #expect(policy.requiresAuth == facts.isSubmission)
            #expect(policy.authNeedsTLS == !facts.mayAuthInClear)
        }
    }
}

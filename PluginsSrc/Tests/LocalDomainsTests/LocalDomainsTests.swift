import Testing

@testable import LocalDomains

@Suite struct LocalDomainsTests {
    @Test(
        "A pattern describes the whole domain, one with an @ the whole address, in any case",
        arguments: [
            (#".*\.example\.org"#, "x@a.example.org", true), (#".*\.example\.org"#, "x@example.org", false),
            (#".*\.example\.org"#, "x@a.example.org.evil.test", false), (#"MX\d+\.test"#, "x@mx17.TEST", true),
            (#"mx\d+\.test"#, "x@mx.test", false), ("a|b.test", "x@b.test", true), ("a|b.test", "x@ab.test", false),
            (#"user@example\.org"#, "user@example.org", true), (#"user@example\.org"#, "USER@example.org", true),
            (#"user@example\.org"#, "user-20300101@example.org", false),
            (#"user@example\.org"#, "x@example.org", false),
            (#"[a-z]+@example\.org"#, "anna@example.org", true), (#"^example\.org$"#, "x@example.org", true),
        ]
    ) func matches(_ pattern: String, _ address: String, _ expected: Bool) throws {
        let domains = try LocalDomains(hosts: [], patterns: [pattern])
        let domain = address.split(separator: "@").last.map { $0.lowercased() } ?? ""
        #expect(domains.contain(domain: domain) { address } == expected)
    }

    @Test("A listed domain needs no address") func needsNoAddress() throws {
        let domains = try LocalDomains(hosts: ["example.org"], patterns: ["x@y"])
        #expect(
            domains.contain(domain: "example.org") {
                Issue.record("the address was made")
                return ""
            }
        )
        #expect(domains.contain(domain: "") { "postmaster" })
    }

    @Test("What is no regular expression is named") func refusesPatterns() {
        let error = #expect(throws: HostPatterns.BadPattern.self) { try HostPatterns(["a.*", "b(", "c"]) }
        #expect(error?.line == "b(")
    }
}

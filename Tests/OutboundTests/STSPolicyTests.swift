import Testing

@testable import Outbound

/// Policies of MTA-STS, and the records that name them: RFC 8461 §3.
struct STSPolicyTests {
    private static func policy(_ lines: String...) throws -> STSPolicy {
        try STSPolicy(Array(lines.joined(separator: "\r\n").utf8))
    }

    @Test func `A policy is read as it stands`() throws {
        let policy = try Self.policy(
            "version: STSv1",
            "mode: enforce",
            "mx: MX1.example.com",
            "mx:*.example.net \t",
            "max_age: 604800",
            ""
        )
        #expect(policy.mode == .enforce && policy.maxAge == .seconds(604_800))
        #expect(policy.patterns == ["mx1.example.com", "*.example.net"])
        #expect(policy.lines[2...3] == ["mx: MX1.example.com", "mx:*.example.net \t"])
    }

    @Test(
        "Lines may end in LF, unknown fields are passed over, and what is repeated counts first",
        arguments: [
            "version: STSv1\nmode: testing\nmx: a.example\nmax_age: 1\n",
            "mode: testing\nmode: enforce\nmx: a.example\nmax_age: 1\nmax_age: x\nversion: STSv1",
            "version:STSv1\nfuture: ünknown\nmode:testing\nmx:a.example\nx-Y_z.1: 2\nmax_age:0000000001",
        ]
    )
    func lenient(_ text: String) throws {
        let policy = try STSPolicy(Array(text.utf8))
        #expect(policy.mode == .testing && policy.patterns == ["a.example"] && policy.maxAge == .seconds(1))
    }

    @Test func `A policy counts for a year at most, and none needs no host`() throws {
        let policy = try Self.policy("version: STSv1", "mode: none", "max_age: 9999999999")
        #expect(policy.mode == .none && policy.maxAge == .seconds(31_557_600))
    }

    @Test(
        "What breaks the grammar is no policy",
        arguments: [
            ("", "version"), ("version: STSv2\nmode: none\nmax_age: 1", "version"),
            ("mode: none\nmax_age: 1", "version"), ("version: stsv1\nmode: none\nmax_age: 1", "version"),
            ("version: STSv1\nmax_age: 1", "mode"), ("version: STSv1\nmode: Enforce\nmax_age: 1", "mode"),
            ("version: STSv1\nmode: enforce\nmax_age: 1", "no host"),
            ("version: STSv1\nmode: none", "max_age"), ("version: STSv1\nmode: none\nmax_age: 1d", "max_age"),
            ("version: STSv1\nmode: none\nmax_age: -1", "max_age"),
            ("version: STSv1\nmode: none\nmax_age: 12345678901", "max_age"),
            ("version: STSv1\nmode: enforce\nmx: a..b\nmax_age: 1", "host"),
            ("version: STSv1\nmode: enforce\nmx: *.*.b\nmax_age: 1", "host"),
            ("version: STSv1\nmode: enforce\nmx: a.*.b\nmax_age: 1", "host"),
            ("version: STSv1\nmode: enforce\nmx: *\nmax_age: 1", "host"),
            ("version: STSv1\nmode: enforce\nmx: -a.example\nmax_age: 1", "host"),
            ("version: STSv1\nmode: enforce\nmx: mx.example.\nmax_age: 1", "host"),
            ("version: STSv1\n\nmode: none\nmax_age: 1", "field"),
            (" version: STSv1\nmode: none\nmax_age: 1", "field"),
            ("version STSv1\nmode: none\nmax_age: 1", "field"), ("version : STSv1\nmode: none\nmax_age: 1", "field"),
            ("version: STSv1\nmode:\nmax_age: 1", "value"), ("<html></html>", "field"),
            ("version: STSv1\nmode: none\nx: \u{1}\nmax_age: 1", "control"),
        ]
    )
    func refused(_ text: String, _ reason: String) {
        let error = #expect(throws: STSPolicyError.self) { try STSPolicy(Array(text.utf8)) }
        #expect(error?.reason.contains(reason) == true)
        #expect(throws: STSPolicyError.self) { try STSPolicy([0xFF] + Array(text.utf8)) }
    }

    @Test(
        "An asterisk is for one label, and for no less",
        arguments: [
            ("mx.example.com", true), ("example.com", false), ("a.mx.example.com", false), ("mx.example.org", true),
            ("a.mx.example.org", false), ("xmx.example.org", false), (".example.com", false), ("xexample.com", false),
        ]
    )
    func names(_ host: String, _ isNamed: Bool) throws {
        let policy = try Self.policy(
            "version: STSv1",
            "mode: enforce",
            "mx: *.Example.com",
            "mx: mx.example.org",
            "max_age: 1"
        )
        #expect(policy.names(host) == isNamed)
    }

    @Test(
        "A record names a policy when it is the only one of its kind",
        arguments: [
            (["v=STSv1; id=20160831085700Z;"], "20160831085700Z"), (["v=STSv1;id=1"], "1"),
            (["v=STSv1 ; x.y=z ; id=a1 ;"], "a1"), (["v=spf1 -all", "v=STSv1; id=1;"], "1"),
            (["v=STSv1; id=1; id=2"], "1"), (["v=STSv10; id=2", "v=STSv1; id=1;"], "1"),
            (["v=STSv1; id=1;", "v=STSv1; id=1;"], nil), (["v=STSv1;"], nil), (["v=STSv1"], nil), ([], nil),
            (["id=1; v=STSv1;"], nil), (["v=STSv1; id="], nil), (["v=STSv1; id=a-b"], nil),
            (["v=STSv1; id=" + String(repeating: "1", count: 33)], nil), (["v=STSv1; id=1; nonsense"], nil),
            (["v=stsv1; id=1"], nil), ([" v=STSv1; id=1"], nil),
        ] as [([String], String?)]
    )
    func record(_ texts: [String], _ id: String?) {
        #expect(PolicyHost.id(in: texts.map { Array($0.utf8) }) == id)
    }
}

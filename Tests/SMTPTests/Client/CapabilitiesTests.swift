import SMTP
import Testing

@Suite struct CapabilitiesTests {
    private func read(_ lines: String...) -> Capabilities {
        var capabilities = Capabilities()
        for line in lines { capabilities.take(Array(line.utf8).span) }
        return capabilities
    }

    static let keywords: [(line: String, extensions: Extensions)] = [
        ("PIPELINING", .pipelining), ("pipelining", .pipelining), ("SIZE", .size), ("SIZE 100", .size),
        ("8BITMIME", .eightBitMIME), ("SMTPUTF8", .smtputf8), ("DSN", .dsn), ("CHUNKING", .chunking),
        ("STARTTLS", .startTLS), ("AUTH PLAIN", .auth), ("AUTH=LOGIN", .auth), ("AUTH", .auth),
        ("ENHANCEDSTATUSCODES", .enhancedStatusCodes), ("LIMITS MAILMAX=1", .limits), ("REQUIRETLS", .requireTLS),
        ("FUTURERELEASE 1 2", .futureRelease), ("DELIVERBY", .deliverBy), ("MT-PRIORITY MIXER", .mtPriority),
        ("  DSN  ", .dsn), ("X-OTHER", []), ("", []), (" ", []), ("DSN2", []), ("PIPELINING\u{e9}", []),
        ("BINARYMIME", []),
    ]

    @Test("a keyword is known whatever its case, others are nothing", arguments: keywords)
    func keyword(row: (line: String, extensions: Extensions)) {
        #expect(read(row.line).extensions == row.extensions)
    }

    @Test func binaryMIMENeedsChunking() {
        #expect(read("BINARYMIME", "CHUNKING").extensions == [.binaryMIME, .chunking])
    }

    static let sizes: [(line: String, bytes: UInt64?)] = [
        ("SIZE", nil), ("SIZE 0", nil), ("SIZE 1000", 1000), ("size 26214400", 26_214_400), ("SIZE x", nil),
        ("SIZE -1", nil), ("SIZE 99999999999999999999", nil), ("SIZE 999999999999999999", 999_999_999_999_999_999),
    ]

    @Test("SIZE names a bound, or none", arguments: sizes)
    func size(row: (line: String, bytes: UInt64?)) {
        #expect(read(row.line).messageBytes == row.bytes)
    }

    @Test func mechanismsAreThoseThatAreKnownInTheHostsOrder() {
        #expect(read("AUTH LOGIN X-MAGIC plain SCRAM-SHA-256 LOGIN").mechanisms == [.login, .plain, .scramSHA256])
        #expect(read("AUTH=PLAIN LOGIN", "AUTH LOGIN CRAM-MD5").mechanisms == [.plain, .login, .cramMD5])
        #expect(read("AUTH").mechanisms.isEmpty)
    }

    @Test func limitsAreThoseThatMakeSense() {
        let limits = read("LIMITS MAILMAX=20 RCPTMAX=0 rcptdomainmax=2 OTHER=7 RCPTMAX=x =5")
        #expect(limits.transactions == 20)
        #expect(limits.recipients == nil)
        #expect(limits.recipientDomains == 2)
        #expect(read("LIMITS RCPTMAX=100").recipients == 100)
        #expect(read("LIMITS").transactions == nil)
    }

    @Test func numbersOfOthers() {
        #expect(read("FUTURERELEASE 86400 2026-11-23T00:00:00Z").longestHold == 86_400)
        #expect(read("DELIVERBY 240").shortestDeadline == 240)
        #expect(read("DELIVERBY").shortestDeadline == nil)
    }
}

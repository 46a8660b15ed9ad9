import SMTP
import Testing

/// Defects of Haraka 3.1.6, by the numbers of its inventory, as far as one conversation shows them.
@Suite struct DefectTests {
    private static let envelope = "EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\n"

    private func lines(_ input: String, _ policy: Policy = Performance.policy, _ limits: Limits = Limits()) -> [String]
    {
        Performance(Array(input.utf8), reads: [], policy: policy, limits: limits).lines
    }

    @Test("D1: nothing behind a dot and a bare LF is heard as a command", arguments: [".\n", "x\r\n.\n", "x\n.\n"])
    func d1(end: String) {
        let all = lines("\(Self.envelope)DATA\r\n\(end)MAIL FROM:<evil@example.org>\r\nQUIT\r\n")
        #expect(all.suffix(2).allSatisfy { $0.hasPrefix("521") })
    }

    @Test("D2: a bare LF in front of the dot ends no message", arguments: ["\n.\r\n", "\r.\r\n"])
    func d2(end: String) {
        let input = Array("\(Self.envelope)DATA\r\nx\(end)QUIT\r\n".utf8)
        let performance = Performance(input, reads: [])
        #expect(performance.messages.isEmpty && performance.isClosed)
        #expect(performance.lines.last?.hasPrefix("521") == true)
    }

    @Test("D3: plaintext behind STARTTLS is not heard inside TLS")
    func d3() {
        var policy = Performance.policy
        policy.startTLS = .offered
        let clear = "EHLO c\r\nSTARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@example.org>\r\n"
        let input = Array((clear + "RCPT TO:<b@example.net>\r\n").utf8)
        let performance = Performance(input, reads: [], policy: policy, handshakes: [clear.utf8.count])
        #expect(performance.questions.count == 1)
        #expect(performance.lines.suffix(2) == ["220 2.0.0 Ready to start TLS", "503 5.5.1 Say HELO or EHLO first"])
    }

    @Test("D14: a long line is not broken", arguments: [991, 992, 998, 1000, 5000, 16_382])
    func d14(length: Int) {
        let line = String(repeating: "x", count: length) + "\r\n"
        let performance = Performance(Array("\(Self.envelope)DATA\r\n\(line).\r\n".utf8), reads: [])
        #expect(performance.messages == [Array(line.utf8)])
    }

    @Test("D15: a header that is too long is refused, and not half read")
    func d15() {
        let header = String(repeating: "X-Field: value\r\n", count: 5001)
        #expect(lines("\(Self.envelope)DATA\r\n\(header)\r\n.\r\n").last == "554 5.6.0 The message's header is too big")
    }

    @Test("D16: an unknown parameter is 555", arguments: ["X=1", "RET=FULL", "AUTH=<>", "XOORG", "BODY=BINARYMIME"])
    func d16(parameter: String) {
        let all = lines("EHLO c\r\nMAIL FROM:<a@example.org> \(parameter)\r\n")
        #expect(all.last?.hasPrefix("555 5.5.4") == true)
    }

    @Test("D17: MAIL inside a transaction is 503, and the transaction stands")
    func d17() {
        let all = lines("\(Self.envelope)MAIL FROM:<c@example.org>\r\nDATA\r\n")
        #expect(all.suffix(2).map { $0.prefix(3) } == ["503", "354"])
    }

    @Test("D18: a submission port answers 530, by the policy and by no port number")
    func d18() {
        var policy = Performance.policy
        policy.requiresAuth = true
        #expect(lines("EHLO c\r\nMAIL FROM:<>\r\n", policy).last == "530 5.7.0 Authentication required")
        #expect(lines("EHLO c\r\nMAIL FROM:<>\r\n").last == "250 2.1.0 Sender OK")
    }

    @Test("D25: the challenge of CRAM-MD5 is made of what cryptography calls random")
    func d25() throws {
        var policy = Performance.policy
        policy.mechanisms = [.cramMD5]
        policy.authNeedsTLS = false
        let challenge = try #require(lines("EHLO c\r\nAUTH CRAM-MD5\r\n", policy).last)
        let bytes = Array(challenge.dropFirst(4).utf8)
        let decoded = Base64.decode(bytes.span)
        let text = try #require(decoded)
        #expect(String(decoding: text, as: UTF8.self).contains("2a2a2a2a2a2a2a2a"))
    }
}

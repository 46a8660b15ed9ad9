import SMTP
import Testing

/// SCRAM-SHA-256-PLUS: the same, bound to the TLS channel.
@Suite struct SASLScramPlusTests {
    private static let exporter = [UInt8](repeating: 7, count: 32)
    private static let endPoint = [UInt8](repeating: 9, count: 32)

    private func run(_ client: SASLScramClient, _ channel: SASLChannel = .bound) -> SASLExchange.Step {
        var exchange = SASLExchange.of(.scramSHA256Plus, channel)
        var step = exchange.begin(client.first)
        guard step.question != nil else { return step }
        #expect(step == .ask(.lookup(user: "user", mechanism: .scramSHA256Plus)))
        step = exchange.answer(.password(Array("pencil".utf8)))
        guard let challenge = step.challenge, let final = client.final(challenge) else { return step }
        step = exchange.receive(final.message)
        return step.challenge == nil ? step : exchange.receive("")
    }

    @Test(
        "both bindings are taken",
        arguments: [("tls-exporter", exporter), ("tls-server-end-point", endPoint)]
    )
    func bindings(name: String, bytes: [UInt8]) {
        #expect(run(SASLScramClient(header: "p=\(name),,", binding: bytes)) == .success(user: "user"))
    }

    @Test(
        "a tampered binding is refused",
        arguments: [
            ("tls-exporter", endPoint), ("tls-server-end-point", exporter), ("tls-exporter", []),
            ("tls-exporter", exporter + [0]), ("tls-exporter", [6] + exporter.dropFirst()),
        ]
    )
    func tampered(name: String, bytes: [UInt8]) {
        #expect(run(SASLScramClient(header: "p=\(name),,", binding: bytes)).isRefused)
    }

    @Test("a binding that this channel lacks is refused", arguments: ["tls-unique", "tls-exporter", "x"])
    func unknownBinding(name: String) {
        let channel = SASLChannel(hostname: "mx", isTLS: true, tlsServerEndPoint: Self.endPoint, offersPlus: true)
        #expect(run(SASLScramClient(header: "p=\(name),,", binding: Self.exporter), channel).isRefused)
    }

    @Test("no binding at all is malformed", arguments: ["n,,", "y,,"])
    func noBinding(header: String) {
        #expect(run(SASLScramClient(header: header)).isMalformed)
    }

    @Test("without TLS there is nothing to bind to")
    func withoutTLS() {
        #expect(run(SASLScramClient(header: "p=tls-exporter,,"), .plain).wantsEncryption)
    }
}

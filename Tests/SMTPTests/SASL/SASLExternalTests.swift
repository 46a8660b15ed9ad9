import SMTP
import Testing

@Suite struct SASLExternalTests {
    private let carol = SASLExchange.Question.lookup(user: "carol@example.org", mechanism: .external)

    @Test("the certificate names the user, whom the plugins must know", arguments: ["", "carol@example.org"])
    func good(authorization: String) {
        for answer in [SASLExchange.Answer.yes, .password(Array("x".utf8))] {
            var exchange = SASLExchange.of(.external, .bound)
            #expect(exchange.begin(nil) == .challenge(""))
            #expect(exchange.receive(authorization) == .ask(carol))
            #expect(exchange.answer(answer) == .success(user: "carol@example.org"))
        }
        var direct = SASLExchange.of(.external, .bound)
        #expect(direct.begin(Array(authorization.utf8)) == .ask(carol))
        #expect(direct.answer(.no).isRefused)
    }

    @Test("another name, no certificate, a hostile one, and no TLS")
    func bad() {
        var exchange = SASLExchange.of(.external, .bound)
        #expect(exchange.begin(Array("root".utf8)).isRefused)
        exchange = .of(.external, .bound)
        #expect(exchange.begin(Array("carol\0".utf8)).isMalformed)
        var channel = SASLChannel.bound
        for identity in [nil, "", "carol\n"] {
            channel.certificateIdentity = identity
            exchange = .of(.external, channel)
            #expect(exchange.begin([]).isRefused)
        }
        exchange = .of(.external, .plain)
        #expect(exchange.begin([]).wantsEncryption)
    }
}

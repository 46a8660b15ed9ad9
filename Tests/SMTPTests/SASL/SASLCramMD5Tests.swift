import Testing

@testable import SMTP

@Suite struct SASLCramMD5Tests {
    private static let secret = Array("tanstaaftanstaaf".utf8)

    @Test("the vector of RFC 2195 §2")
    func vector() throws {
        let challenge = Array("<1896.697170952@postoffice.reston.mci.net>".utf8)
        var dialogue = CramMD5Dialogue(challenge: challenge, cryptography: SASLTestCryptography())
        #expect(dialogue.opening() == challenge)
        let step = try dialogue.receive(Array("tim b913a602c7eda7a495b4e6e7334d3890".utf8))
        #expect(step == .ask(.lookup(user: "tim", mechanism: .cramMD5)))
        #expect(try dialogue.answer(.password(Self.secret)) == .success(user: "tim"))
    }

    private func begun(_ seed: UInt8 = 1) -> (exchange: SASLExchange, response: String) {
        let cryptography = SASLTestCryptography(seed: seed)
        var exchange = SASLExchange(.cramMD5, channel: .plain, cryptography: cryptography)
        let challenge = exchange.begin(nil).challenge ?? []
        let digest = SASLDigestsTests.hex(cryptography.hmacMD5(key: Self.secret, challenge))
        return (exchange, "ada lovelace \(digest)")
    }

    @Test("a challenge is a message id of this host, and never the same")
    func challenges() throws {
        var first = SASLExchange.of(.cramMD5)
        let challenge = String(decoding: try #require(first.begin(nil).challenge), as: UTF8.self)
        #expect(challenge.hasPrefix("<") && challenge.hasSuffix("@mx.example.org>"))
        var second = SASLExchange(.cramMD5, channel: .plain, cryptography: SASLTestCryptography(seed: 2))
        #expect(second.begin(nil) != .challenge(challenge))
    }

    @Test("the right password, a wrong one, a hashed one and no user")
    func answers() {
        func step(_ answer: SASLExchange.Answer) -> SASLExchange.Step {
            var (exchange, response) = begun()
            #expect(exchange.receive(response) == .ask(.lookup(user: "ada lovelace", mechanism: .cramMD5)))
            return exchange.answer(answer)
        }
        #expect(step(.password(Self.secret)) == .success(user: "ada lovelace"))
        #expect(step(.password(Array("tanstaaf".utf8))).isRefused)
        #expect(step(.no).isRefused)
        #expect(step(.verifier(SCRAMVerifier(salt: [], iterations: 1, storedKey: [], serverKey: []))).isRefused)
        #expect(step(.unavailable).isUnavailable)
        #expect(step(.yes).isUnavailable)
    }

    @Test("an answer to one challenge is no answer to another")
    func replay() {
        var (exchange, _) = begun(1)
        _ = exchange.receive(begun(2).response)
        #expect(exchange.answer(.password(Self.secret)).isRefused)
    }

    @Test(
        "a response of another shape is malformed",
        arguments: [
            "", " ", "ada", "ada b913a602c7eda7a495b4e6e7334d389", "ada b913a602c7eda7a495b4e6e7334d38900",
            "ada B913A602C7EDA7A495B4E6E7334D3890", "ada b913a602c7eda7a495b4e6e7334d389g",
            " b913a602c7eda7a495b4e6e7334d3890", "b913a602c7eda7a495b4e6e7334d3890",
            "a\ta b913a602c7eda7a495b4e6e7334d3890",
        ]
    )
    func malformed(response: String) {
        var exchange = SASLExchange.of(.cramMD5)
        _ = exchange.begin(nil)
        #expect(exchange.receive(response).isMalformed)
    }

    @Test("the client doesn't speak first: RFC 4954 §4", arguments: ["", "ada b913a602c7eda7a495b4e6e7334d3890"])
    func initialResponse(text: String) {
        var exchange = SASLExchange.of(.cramMD5)
        #expect(exchange.begin(Array(text.utf8)).isMalformed)
    }
}

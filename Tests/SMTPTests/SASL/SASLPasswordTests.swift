import SMTP
import Testing

/// PLAIN and LOGIN, where the client sends its password.
@Suite struct SASLPasswordTests {
    private let ada = SASLExchange.Question.verify(user: "ada", secret: Array("secret".utf8))

    @Test(
        "PLAIN asks about the user, named once or twice, with and without a first response",
        arguments: ["\0ada\0secret", "ada\0ada\0secret"]
    )
    func plain(message: String) {
        for isInitial in [true, false] {
            var exchange = SASLExchange.of(.plain)
            if !isInitial { #expect(exchange.begin(nil) == .challenge("")) }
            let step = isInitial ? exchange.begin(Array(message.utf8)) : exchange.receive(message)
            #expect(step == .ask(ada))
            #expect(exchange.claimedUser == "ada")
            #expect(exchange.answer(.yes) == .success(user: "ada"))
        }
    }

    @Test(
        "a PLAIN message of another shape is malformed",
        arguments: [
            "", "\0", "\0\0", "\0\0\0", "ada", "ada\0secret", "\0ada\0", "\0\0secret", "\0ada\0secret\0", "\0a\0b\0c",
            "\0a\u{1}da\0secret", "\0ada\n\0secret", "\0ada\u{7f}\0secret", "\0ada\u{85}\0secret",
            "\0a\u{200b}da\0secret",
            "\0a\u{2028}da\0secret", "\0\u{202e}ada\0secret", "a\r\0ada\0secret",
        ]
    )
    func malformedPlain(message: String) {
        var exchange = SASLExchange.of(.plain)
        #expect(exchange.begin(Array(message.utf8)).isMalformed)
    }

    @Test("a name that is not UTF-8 or too long is malformed, as is a long password")
    func bounds() {
        func begin(_ user: [UInt8], _ secret: [UInt8]) -> SASLExchange.Step {
            var exchange = SASLExchange.of(.plain)
            return exchange.begin([0] + user + [0] + secret)
        }
        let letter = UInt8(ascii: "a")
        #expect(begin([0xC3, 0x28], [letter]).isMalformed)
        #expect(begin([UInt8](repeating: letter, count: 320), [letter]).question != nil)
        #expect(begin([UInt8](repeating: letter, count: 321), [letter]).isMalformed)
        #expect(begin([letter], [UInt8](repeating: 0xFF, count: 1024)).question != nil)
        #expect(begin([letter], [UInt8](repeating: letter, count: 1025)).isMalformed)
        #expect(begin([letter], [UInt8](repeating: letter, count: 20_000)).isMalformed)
    }

    @Test("nobody acts for another user", arguments: ["root\0ada\0secret", "Ada\0ada\0secret", "é\0e\u{301}\0secret"])
    func authorization(message: String) {
        var exchange = SASLExchange.of(.plain)
        #expect(exchange.begin(Array(message.utf8)).isRefused)
    }

    @Test("LOGIN asks for the user, then for the password", arguments: [true, false])
    func login(isInitial: Bool) {
        var exchange = SASLExchange.of(.login)
        if isInitial {
            #expect(exchange.begin(Array("ada".utf8)) == .challenge("Password:"))
        } else {
            #expect(exchange.begin(nil) == .challenge("Username:"))
            #expect(exchange.receive("ada") == .challenge("Password:"))
        }
        #expect(exchange.receive("secret") == .ask(ada))
        #expect(exchange.answer(.yes) == .success(user: "ada"))
    }

    @Test(
        "LOGIN refuses a bad name and a bad password",
        arguments: [["", ""], ["a\0", ""], ["ada", ""], ["ada", "x\0y"]]
    )
    func malformedLogin(words: [String]) {
        var exchange = SASLExchange.of(.login)
        var step = exchange.begin(nil)
        for word in words where step.challenge != nil { step = exchange.receive(word) }
        #expect(step.isMalformed)
    }

    @Test("what the plugins say decides", arguments: [SASLMechanism.plain, .login])
    func answers(mechanism: SASLMechanism) {
        func step(_ answer: SASLExchange.Answer) -> SASLExchange.Step {
            var exchange = SASLExchange.of(mechanism)
            if mechanism == .plain {
                _ = exchange.begin(Array("\0ada\0secret".utf8))
            } else {
                _ = exchange.begin(Array("ada".utf8))
                _ = exchange.receive("secret")
            }
            return exchange.answer(answer)
        }
        #expect(step(.no).isRefused)
        #expect(step(.unavailable).isUnavailable)
        #expect(step(.password(Array("secret".utf8))).isUnavailable)
    }
}

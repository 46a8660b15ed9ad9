import SMTP
import Testing

/// OAUTHBEARER and XOAUTH2.
@Suite struct SASLBearerTests {
    private static let ofMechanism: [SASLMechanism: String] = [
        .oauthBearer:
            "n,a=ada@example.org,\u{1}host=mx.example.org\u{1}port=587\u{1}auth=Bearer vF9dft4qmT-._~+/==\u{1}\u{1}",
        .xoauth2: "user=ada@example.org\u{1}auth=Bearer vF9dft4qmT-._~+/==\u{1}\u{1}",
    ]

    private func asked(_ mechanism: SASLMechanism) throws -> SASLExchange {
        let message = try #require(Self.ofMechanism[mechanism])
        var exchange = SASLExchange.of(mechanism)
        #expect(
            exchange.begin(Array(message.utf8))
                == .ask(
                    .token(
                        mechanism: mechanism,
                        user: "ada@example.org",
                        token: Array("vF9dft4qmT-._~+/==".utf8)
                    )
                )
        )
        return exchange
    }

    @Test("a good token", arguments: [SASLMechanism.oauthBearer, .xoauth2])
    func good(mechanism: SASLMechanism) throws {
        var exchange = try asked(mechanism)
        #expect(exchange.answer(.yes) == .success(user: "ada@example.org"))
    }

    @Test(
        "a bad token: the reason in JSON, the client's word, the failure",
        arguments: [
            (SASLMechanism.oauthBearer, #"{"status":"invalid_token"}"#, "\u{1}"),
            (.oauthBearer, #"{"status":"invalid_token"}"#, "whatever"),
            (.xoauth2, #"{"status":"401","schemes":"bearer"}"#, ""),
        ]
    )
    func bad(mechanism: SASLMechanism, json: String, acknowledgement: String) throws {
        var exchange = try asked(mechanism)
        #expect(exchange.answer(.no) == .challenge(json))
        #expect(exchange.receive(acknowledgement).isRefused)
    }

    @Test("who cancels behind a bad token has failed all the same")
    func cancelledRefusal() throws {
        var exchange = try asked(.oauthBearer)
        _ = exchange.answer(.no)
        #expect(exchange.cancel().isRefused)
    }

    @Test("no plugin, and an odd answer")
    func unavailable() throws {
        var exchange = try asked(.xoauth2)
        #expect(exchange.answer(.unavailable).isUnavailable)
        exchange = try asked(.xoauth2)
        #expect(exchange.answer(.password([])).isUnavailable)
    }

    @Test(
        "a bearer without name or token is told so",
        arguments: [
            (SASLMechanism.oauthBearer, "n,,\u{1}auth=Bearer abc\u{1}\u{1}"),
            (.oauthBearer, "n,a=ada,\u{1}\u{1}"), (.oauthBearer, "n,a=ada,\u{1}auth=\u{1}\u{1}"),
            (.oauthBearer, "n,a=ada,\u{1}auth=Bearer  \u{1}\u{1}"), (.xoauth2, "auth=Bearer abc\u{1}\u{1}"),
            (.xoauth2, "user=ada\u{1}\u{1}"),
        ]
    )
    func incomplete(mechanism: SASLMechanism, message: String) {
        var exchange = SASLExchange.of(mechanism)
        #expect(exchange.begin(Array(message.utf8)).challenge?.first == UInt8(ascii: "{"))
        #expect(exchange.receive("\u{1}").isRefused)
    }

    @Test(
        "a message of another shape is malformed",
        arguments: [
            "", "n,a=ada,", "n,a=ada,\u{1}", "n,a=ada,auth=Bearer abc\u{1}\u{1}", "n,a=ada,\u{1}auth=Bearer abc",
            "n,a=ada,\u{1}auth=Bearer abc\u{1}", "n,a=ada,\u{1}auth=Bearer abc\u{1}\u{1}x",
            "a=ada\u{1}auth=Bearer abc\u{1}\u{1}",
            "p=tls-exporter,a=ada,\u{1}auth=Bearer abc\u{1}\u{1}", "n,a=ada,\u{1}auth=Basic abc\u{1}\u{1}",
            "n,a=ada,\u{1}auth=Bearer a c\u{1}\u{1}", "n,a=ada,\u{1}auth=Bearerabc\u{1}\u{1}",
            "n,a=ada,\u{1}auth=Bearer =\u{1}\u{1}", "n,a=ada,\u{1}auth=Bearer a=b\u{1}\u{1}",
            "n,a=ada,\u{1}auth=Bearer a\0\u{1}\u{1}", "n,a=ada,\u{1}=x\u{1}\u{1}", "n,a=ada,\u{1}k\u{1}\u{1}",
            "n,a=ada,\u{1}k1=x\u{1}\u{1}", "n,a=ada,\u{1}auth=Bearer a\u{1}auth=Bearer b\u{1}\u{1}",
            "n,a=a\u{2}da,\u{1}auth=Bearer abc\u{1}\u{1}", "n,a=ada,\u{1}\u{1}\u{1}",
        ]
    )
    func malformed(message: String) {
        var exchange = SASLExchange.of(.oauthBearer)
        #expect(exchange.begin(Array(message.utf8)).isMalformed)
    }

    @Test("a token has a bound")
    func longToken() {
        func step(_ count: Int) -> SASLExchange.Step {
            var exchange = SASLExchange.of(.xoauth2)
            return exchange.begin(
                Array("user=ada\u{1}auth=Bearer \(String(repeating: "x", count: count))\u{1}\u{1}".utf8)
            )
        }
        #expect(step(8192).question != nil)
        #expect(step(8193).isMalformed)
    }
}

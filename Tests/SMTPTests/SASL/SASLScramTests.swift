import Testing

@testable import SMTP

/// SCRAM-SHA-256 without a channel binding.
@Suite struct SASLScramTests {
    private static let pencil = SASLExchange.Answer.password(Array("pencil".utf8))

    @Test("the vector of RFC 7677 §3")
    func vector() throws {
        let salt = try #require(Base64.decoded("W22ZaJ0SNY7soEsUEjb6gQ=="))
        let real = SASLTestCryptography(isReal: true)
        let verifier = SCRAMVerifier(password: Array("pencil".utf8), salt: salt, iterations: 4096, cryptography: real)
        var dialogue = ScramDialogue(
            .scramSHA256,
            channel: .plain,
            cryptography: real,
            ownNonce: Array("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0".utf8)
        )
        #expect(
            try dialogue.receive(Array("n,,n=user,r=rOprNGfwEbeRWgbNEkqO".utf8))
                == .ask(.lookup(user: "user", mechanism: .scramSHA256))
        )
        let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        #expect(
            try dialogue.answer(.verifier(verifier)) == .challenge("r=\(nonce),s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
        )
        let final = "c=biws,r=\(nonce),p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        #expect(
            try dialogue.receive(Array(final.utf8)) == .challenge("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
        )
        #expect(try dialogue.receive([]) == .success(user: "user"))
    }

    /// The steps behind the client's first message, to the last one.
    private func run(
        _ client: SASLScramClient,
        _ answer: SASLExchange.Answer,
        _ channel: SASLChannel = .plain
    ) -> SASLExchange.Step {
        var exchange = SASLExchange.of(.scramSHA256, channel)
        var step = exchange.begin(client.first)
        guard step.question != nil else { return step }
        step = exchange.answer(answer)
        guard let challenge = step.challenge, let final = client.final(challenge) else { return step }
        step = exchange.receive(final.message)
        guard let signature = step.challenge else { return step }
        #expect(signature == Array("v=".utf8) + Base64.encode(final.signature))
        return exchange.receive("")
    }

    @Test("a clear password and a verifier let the right client in")
    func right() {
        let client = SASLScramClient()
        let verifier = SCRAMVerifier(
            password: Array("pencil".utf8),
            salt: Array("0123456789abcdef".utf8),
            iterations: 4096,
            cryptography: client.cryptography
        )
        #expect(run(client, Self.pencil) == .success(user: "user"))
        #expect(run(client, .verifier(verifier)) == .success(user: "user"))
        #expect(run(SASLScramClient(header: "y,,"), Self.pencil) == .success(user: "user"))
        #expect(run(SASLScramClient(header: "n,a=user,"), Self.pencil) == .success(user: "user"))
        #expect(run(SASLScramClient(user: "a=2Cb=3Dc"), Self.pencil) == .success(user: "a,b=c"))
    }

    @Test("a wrong password, no user, no plugin and an odd answer")
    func wrong() {
        let client = SASLScramClient()
        #expect(run(SASLScramClient(password: "pen"), Self.pencil).isRefused)
        #expect(run(client, .no).isRefused)
        #expect(run(client, .unavailable).isUnavailable)
        #expect(run(client, .yes).isUnavailable)
        let unsound = SCRAMVerifier(salt: [1], iterations: 4096, storedKey: [2], serverKey: [3])
        #expect(run(client, .verifier(unsound)).isUnavailable)
        #expect(run(SASLScramClient(header: "n,a=root,"), Self.pencil).isRefused)
    }

    @Test("an unknown user looks like a wrong password, each time with the same salt")
    func unknownUser() throws {
        func salt(_ user: String, _ answer: SASLExchange.Answer, seed: UInt8) throws -> String {
            var exchange = SASLExchange(
                .scramSHA256,
                channel: .plain,
                cryptography: SASLTestCryptography(seed: seed)
            )
            _ = exchange.begin(SASLScramClient(user: user).first)
            let challenge = try #require(exchange.answer(answer).challenge)
            let parts = String(decoding: challenge, as: UTF8.self).split(separator: ",")
            #expect(parts.count == 3 && parts[2] == "i=4096")
            let final = try #require(SASLScramClient(user: user, password: "guess").final(challenge))
            #expect(exchange.receive(final.message) == .failure(.wrongPassword))
            return String(parts[1])
        }
        let first = try salt("nobody", .no, seed: 1)
        #expect(try salt("nobody", .no, seed: 2) == first)
        #expect(try salt("nobody", Self.pencil, seed: 3) == first)
        #expect(try salt("nobody2", .no, seed: 1) != first)
        #expect(first.utf8.count == 2 + 24)
    }

    @Test("a client that was kept from PLUS is refused: RFC 5802 §6")
    func downgrade() {
        #expect(run(SASLScramClient(header: "y,,"), Self.pencil, .bound).isRefused)
        #expect(run(SASLScramClient(header: "n,,"), Self.pencil, .bound) == .success(user: "user"))
    }

    @Test(
        "a first message of another shape is malformed",
        arguments: [
            "", "n", "n,", "n,,", "n,,n=user", "n,,r=abc", "n,,n=,r=abc", "n,,n=user,r=", "n,,r=abc,n=user",
            ",,n=user,r=abc",
            "x,,n=user,r=abc", "N,,n=user,r=abc", "nn,,n=user,r=abc", "n,b=user,n=user,r=abc", "n,a=,n=user,r=abc",
            "n,,m=ext,n=user,r=abc", "n,,n=us=er,r=abc", "n,,n=us=2c,r=abc", "n,,n=us=2,r=abc", "n,,n=user=,r=abc",
            "n,,n=user,r=ab c", "n,,n=user,r=ab\u{7f}", "n,,n=user,r=é", "n,,n=user,r=abc,", "n,,n=user,r=abc,x",
            "n,,n=user,r=abc,x=", "n,,n=user,r=abc,1=x", "n,,n=us\ner,r=abc", "n,,n=user,r=a\0b", "p=,,n=user,r=abc",
            "p=tls unique,,n=user,r=abc", "p=tls-exporter,,n=user,r=abc", "n,a=u=3,n=user,r=abc",
        ]
    )
    func malformedFirst(message: String) {
        var exchange = SASLExchange.of(.scramSHA256)
        #expect(exchange.begin(Array(message.utf8)).isMalformed)
    }

    @Test("an extension that nobody must know is passed over")
    func extensions() throws {
        let client = SASLScramClient()
        var exchange = SASLExchange.of(.scramSHA256)
        #expect(exchange.begin(client.first + Array(",x=y,z==".utf8)).question != nil)
        let challenge = try #require(exchange.answer(Self.pencil).challenge)
        #expect(String(decoding: challenge, as: UTF8.self).hasPrefix("r=\(client.nonce)"))
    }

    @Test("a nonce has a bound")
    func longNonce() {
        func step(_ count: Int) -> SASLExchange.Step {
            var exchange = SASLExchange.of(.scramSHA256)
            return exchange.begin(SASLScramClient(nonce: String(repeating: "x", count: count)).first)
        }
        #expect(step(1024).question != nil)
        #expect(step(1025).isMalformed)
    }

    @Test(
        "a last message of another shape is malformed",
        arguments: [
            ("p=", ",p="), ("c=biws", "c="), ("c=biws", "c=biw"), ("c=biws,", ""), ("r=", "x="), (",p=", ",x="),
            ("c=biws,", "c=biws,m=x,r=abc,x"), ("c=", "m=x,c="), (",p=", ",p=AAAA"), (",r=", ",r"), ("c=biws", "biws"),
        ]
    )
    func malformedFinal(part: String, replacement: String) throws {
        var (exchange, message) = try challenged()
        let range = try #require(message.firstRange(of: part))
        message.replaceSubrange(range, with: replacement)
        #expect(exchange.receive(message).isMalformed, "\(message)")
    }

    @Test(
        "a last message that says something else is refused",
        arguments: [
            ("c=biws", "c=eSws"), ("c=biws", "c=biwsYQ=="), ("r=r", "r=s"), (",p=", "x,p="), (",p=", ",x=y,p="),
        ]
    )
    func wrongFinal(part: String, replacement: String) throws {
        var (exchange, message) = try challenged()
        let range = try #require(message.firstRange(of: part))
        message.replaceSubrange(range, with: replacement)
        #expect(exchange.receive(message).isRefused, "\(message)")
    }

    @Test("the client has nothing to say behind the server's signature")
    func talkBehindTheEnd() throws {
        var (exchange, message) = try challenged()
        #expect(exchange.receive(message).challenge != nil)
        #expect(exchange.receive("x").isMalformed)
    }

    @Test("every single byte of a last message counts")
    func flippedBytes() throws {
        let (exchange, message) = try challenged()
        let bytes = Array(message.utf8)
        for index in bytes.indices {
            var (copy, changed) = (exchange, bytes)
            changed[index] ^= 1
            #expect(copy.receive(changed).failure != nil)
        }
    }

    private func challenged() throws -> (SASLExchange, String) {
        let client = SASLScramClient()
        var exchange = SASLExchange.of(.scramSHA256)
        _ = exchange.begin(client.first)
        let challenge = try #require(exchange.answer(Self.pencil).challenge)
        let message = try #require(client.final(challenge)).message
        return (exchange, String(decoding: message, as: UTF8.self))
    }
}

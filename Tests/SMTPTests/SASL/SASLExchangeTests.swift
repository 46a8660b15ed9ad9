import Testing

@testable import SMTP

/// What holds for every mechanism.
@Suite struct SASLExchangeTests {
    @Test("a mechanism is found by its name in either case")
    func names() {
        for mechanism in SASLMechanism.allCases {
            #expect(SASLMechanism.named(mechanism.rawValue) == mechanism)
            #expect(SASLMechanism.named(mechanism.rawValue.lowercased()) == mechanism)
        }
        for name in ["", "PLAI", "PLAINS", "SCRAM-SHA-1", "SCRAM-SHA-256-PLU", "GSSAPI", "PLAIN\0"] {
            #expect(SASLMechanism.named(name) == nil)
        }
    }

    @Test("a star ends every mechanism", arguments: SASLMechanism.allCases)
    func cancel(mechanism: SASLMechanism) {
        var exchange = SASLExchange.of(mechanism, .bound)
        #expect(exchange.begin(nil).challenge != nil)
        #expect(exchange.cancel() == .failure(.cancelled))
    }

    @Test("nothing that a client sends stops the program", arguments: SASLMechanism.allCases)
    func randomBytes(mechanism: SASLMechanism) {
        var generator = SplitMix(state: 0x5A51)
        let seeds = Self.goodMessages(mechanism)
        for _ in 0..<3000 {
            var exchange = SASLExchange.of(mechanism, .bound)
            var step = exchange.begin(Bool.random(using: &generator) ? nil : Self.message(seeds, &generator))
            for _ in 0..<6 {
                switch step {
                case .challenge: step = exchange.receive(Self.message(seeds, &generator))
                case .ask: step = exchange.answer(Self.answers.randomElement(using: &generator) ?? .no)
                case .success, .failure: break
                }
            }
            if case .challenge = step { Issue.record("the exchange has no end") }
        }
    }

    @Test("a message cut anywhere is harmless", arguments: SASLMechanism.allCases)
    func prefixes(mechanism: SASLMechanism) {
        for message in Self.goodMessages(mechanism) {
            for count in 0...message.count {
                var exchange = SASLExchange.of(mechanism, .bound)
                _ = exchange.begin(nil)
                _ = exchange.receive(Array(message.prefix(count)))
            }
        }
    }

    private static let answers: [SASLExchange.Answer] = [
        .yes, .no, .unavailable, .password(Array("pencil".utf8)),
        .verifier(SCRAMVerifier(salt: [1], iterations: 1, storedKey: [2], serverKey: [])),
    ]

    private static func goodMessages(_ mechanism: SASLMechanism) -> [[UInt8]] {
        [
            "\0ada\0secret", "ada", "ada b913a602c7eda7a495b4e6e7334d3890", "n,,n=ada,r=abc", "carol@example.org",
            "p=tls-exporter,a=ada,n=ada,r=abc", "c=biws,r=abc,p=\(String(repeating: "A", count: 43))=", "", "\u{1}",
            "n,a=ada,\u{1}auth=Bearer abc\u{1}\u{1}", "user=ada\u{1}auth=Bearer abc\u{1}\u{1}",
        ].map { Array($0.utf8) }
    }

    private static func message(_ seeds: [[UInt8]], _ generator: inout SplitMix) -> [UInt8] {
        var bytes = seeds.randomElement(using: &generator) ?? []
        if Int.random(in: 0..<4, using: &generator) == 0 {
            bytes = (0..<Int.random(in: 0..<80, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
        }
        for _ in 0..<Int.random(in: 0..<3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes[place] = .random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            default: bytes.insert([0, 1, 0x2C, 0x3D, 0xFF].randomElement(using: &generator) ?? 0, at: place)
            }
        }
        return bytes
    }

    @Test("no description, mirror or failure holds a secret")
    func descriptions() {
        let secret = Array("hunter2hunter2".utf8)
        let spelled = "\(secret)".dropFirst().dropLast()
        var exchange = SASLExchange.of(.plain)
        let step = exchange.begin([0] + Array("ada".utf8) + [0] + secret)
        let verifier = SCRAMVerifier(salt: secret, iterations: 4096, storedKey: secret, serverKey: secret)
        var values: [Any] = [exchange, step, SASLResponse.bytes(secret), verifier]
        values += [SASLExchange.Answer.password(secret), SASLExchange.Answer.verifier(verifier)] as [Any]
        values += [
            SASLExchange.Question.verify(user: "ada", secret: secret),
            SASLExchange.Question.token(mechanism: .xoauth2, user: "ada", token: secret),
        ]
        values.append(exchange.answer(.no))
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped, "\([value])"] {
                #expect(!text.contains(spelled) && !text.contains("hunter2") && !text.contains("104"), "\(text)")
            }
        }
    }

    @Test("comparison in constant time is still comparison")
    func constantTime() {
        #expect(ConstantTime.equal([], []))
        #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
        for other: [UInt8] in [[], [1, 2], [1, 2, 4], [0, 2, 3], [1, 2, 3, 0], [1, 2, 3 | 0x80]] {
            #expect(!ConstantTime.equal([1, 2, 3], other))
        }
    }

    @Test("a verifier is written and read in PostgreSQL's form")
    func verifierText() throws {
        let verifier = SCRAMVerifier(
            salt: Array("0123456789abcdef".utf8),
            iterations: 4096,
            storedKey: [UInt8](repeating: 1, count: 32),
            serverKey: [UInt8](repeating: 2, count: 32)
        )
        #expect(verifier.text.hasPrefix("SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$AQEB"))
        #expect(SCRAMVerifier(verifier.text) == verifier)
        let changes = [
            ("SCRAM-SHA-256", "SCRAM-SHA-1"), ("4096", "0"), ("4096", "-1"), ("4096", "x"), ("4096", "99999999999"),
            ("MDE", "MD"), ("$AQEB", "$AQE"), (":AgIC", ""), ("$AQEB", "AQEB"), ("MDEyMzQ1Njc4OWFiY2RlZg==", ""),
        ]
        for (part, replacement) in changes {
            var text = verifier.text
            text.replaceSubrange(try #require(text.firstRange(of: part)), with: replacement)
            #expect(SCRAMVerifier(text) == nil, "\(part) as \(replacement)")
        }
    }

    @Test("calls in another order are our fault")
    func order() async {
        await #expect(processExitsWith: .failure) {
            var exchange = SASLExchange.of(.plain)
            _ = exchange.receive("\0ada\0secret")
        }
        await #expect(processExitsWith: .failure) {
            var exchange = SASLExchange.of(.plain)
            _ = exchange.begin(nil)
            _ = exchange.begin(nil)
        }
        await #expect(processExitsWith: .failure) {
            var exchange = SASLExchange.of(.plain)
            _ = exchange.begin(nil)
            _ = exchange.answer(.yes)
        }
    }
}

/// A generator of the same numbers in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

import SMTP

extension SASLChannel {
    static let plain = SASLChannel(hostname: "mx.example.org")
    static let bound = SASLChannel(
        hostname: "mx.example.org",
        isTLS: true,
        tlsExporter: [UInt8](repeating: 7, count: 32),
        tlsServerEndPoint: [UInt8](repeating: 9, count: 32),
        certificateIdentity: "carol@example.org",
        offersPlus: true
    )
}

extension SASLExchange {
    static func of(_ mechanism: SASLMechanism, _ channel: SASLChannel = .plain) -> SASLExchange {
        SASLExchange(mechanism, channel: channel, cryptography: SASLTestCryptography())
    }

    mutating func receive(_ text: String) -> Step { receive(Array(text.utf8)) }
}

extension SASLExchange.Step {
    static func challenge(_ text: String) -> Self { .challenge(Array(text.utf8)) }

    var challenge: [UInt8]? { if case .challenge(let bytes) = self { bytes } else { nil } }
    var question: SASLExchange.Question? { if case .ask(let question) = self { question } else { nil } }
    var failure: SASLExchange.Failure? { if case .failure(let failure) = self { failure } else { nil } }
    var isMalformed: Bool { if case .malformed? = failure { true } else { false } }
    var isRefused: Bool { if case .credentials? = failure { true } else { false } }
    var isUnavailable: Bool { if case .unavailable? = failure { true } else { false } }
    var wantsEncryption: Bool { if case .encryption? = failure { true } else { false } }
}

/// `#expect` can't take a span.
extension Base64 {
    static func decoded(_ text: String) -> [UInt8]? { decode(text.utf8.span) }
}

extension SASLMechanism {
    static func named(_ name: String) -> SASLMechanism? { SASLMechanism(name.utf8.span) }
}

extension SASLResponse {
    static func line(_ text: String) -> SASLResponse { SASLResponse(line: text.utf8.span) }
    static func initial(_ text: String) -> SASLResponse { SASLResponse(initial: text.utf8.span) }
}

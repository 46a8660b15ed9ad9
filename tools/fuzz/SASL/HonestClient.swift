@testable import SMTP

/// A client that does what its mechanism says: it comes in with the right secret, and with no other.
struct HonestClient {
    private let mechanism: SASLMechanism
    private var channel: SASLChannel
    private let user: String
    private let secret: [UInt8]
    /// What the plugins know.
    private let known: [UInt8]
    private let keepsVerifier: Bool
    private let cryptography = ToyCryptography()
    private var said = 0
    private var bare: [UInt8] = []
    private var serverFirst: [UInt8] = []

    /// nil where no client could come in so: without TLS, or with a name or secret that can't be one.
    init?(
        _ mechanism: SASLMechanism,
        _ channel: SASLChannel,
        _ lines: [ArraySlice<UInt8>],
        isRight: Bool,
        keepsVerifier: Bool
    ) {
        guard lines.count >= 2, let user = try? SASLName.read(lines[0]), let secret = try? SASLSecret.read(lines[1])
        else { return nil }
        let isBound = channel.isTLS && channel.tlsExporter != nil
        switch mechanism {
        case .scramSHA256Plus: guard isBound else { return nil }
        case .external: guard channel.isTLS else { return nil }
        case .oauthBearer, .xoauth2:
            guard secret.allSatisfy({ (0x61...0x7A).contains($0) }) else { return nil }
        case .plain, .login, .cramMD5, .scramSHA256: break
        }
        self.mechanism = mechanism
        self.channel = channel
        self.channel.certificateIdentity = user
        self.user = user
        self.secret = secret
        self.known = isRight ? secret : secret + [0x21]
        self.keepsVerifier = keepsVerifier
    }

    consuming func run() {
        var me = self
        let isRight = me.known == me.secret
        var exchange = SASLExchange(me.mechanism, channel: me.channel, cryptography: me.cryptography)
        var step = exchange.begin(nil)
        for _ in 0..<8 {
            switch step {
            case .challenge(let challenge): step = exchange.receive(me.response(to: challenge))
            case .ask(let question): step = exchange.answer(me.answer(to: question))
            case .success(let user):
                precondition(isRight, "a wrong secret opens nothing")
                precondition(user.utf8.elementsEqual(me.user.utf8), "the name is the client's")
                return
            case .failure(let failure):
                precondition(!isRight, "the right secret opens: \(failure.reason)")
                return
            }
        }
        preconditionFailure("an exchange comes to its end")
    }

    private func answer(to question: SASLExchange.Question) -> SASLExchange.Answer {
        precondition(question.user.utf8.elementsEqual(user.utf8), "the name arrives as it was sent")
        switch question {
        case .verify(_, let given): return given == known ? .yes : .no
        case .token(_, _, let given): return given == known ? .yes : .no
        case .lookup(_, .external): return known == secret ? .yes : .no
        case .lookup(_, .cramMD5): return .password(known)
        case .lookup:
            guard keepsVerifier else { return .password(known) }
            let salt = Array(repeating: UInt8(5), count: SCRAMVerifier.saltBytes)
            return .verifier(
                SCRAMVerifier(password: known, salt: salt, iterations: 4096, cryptography: cryptography)
            )
        }
    }

    private mutating func response(to challenge: [UInt8]) -> [UInt8] {
        said += 1
        switch mechanism {
        case .plain: return [0] + user.utf8 + [0] + secret
        case .login: return said == 1 ? Array(user.utf8) : secret
        case .cramMD5:
            return user.utf8 + [0x20] + Hex.encode(cryptography.hmacMD5(key: secret, challenge))
        case .external: return []
        case .xoauth2: return said == 1 ? "user=\(user)\u{1}auth=Bearer ".utf8 + secret + [1, 1] : []
        case .oauthBearer: return said == 1 ? "n,a=".utf8 + escaped + ",\u{1}auth=Bearer ".utf8 + secret + [1, 1] : [1]
        case .scramSHA256, .scramSHA256Plus: return scram(challenge)
        }
    }

    /// RFC 5802 §5.1, `saslname`.
    private var escaped: [UInt8] {
        user.utf8.flatMap { byte in
            switch byte {
            case UInt8(ascii: ","): Array("=2C".utf8)
            case UInt8(ascii: "="): Array("=3D".utf8)
            default: [byte]
            }
        }
    }

    private mutating func scram(_ challenge: [UInt8]) -> [UInt8] {
        let header = Array((mechanism == .scramSHA256 ? "n,," : "p=tls-exporter,,").utf8)
        if said == 1 {
            bare = "n=".utf8 + escaped + ",r=fuzz".utf8
            return header + bare
        }
        guard said == 2 else { return [] }
        guard let first = try? ScramMessage(challenge[...], beginsWith: "rsi"),
            let salt = Base64.decode(Array(first.value(1)).span),
            let iterations = Int(String(decoding: first.value(2), as: UTF8.self))
        else { preconditionFailure("the server's first message is one of SCRAM") }
        let bound = mechanism == .scramSHA256 ? [] : channel.tlsExporter ?? []
        let unproven = "c=".utf8 + Base64.encode(header + bound) + ",r=".utf8 + first.value(0)
        let message = bare + [0x2C] + challenge + [0x2C] + unproven
        let salted = cryptography.pbkdf2SHA256(password: secret, salt: salt, iterations: iterations)
        let clientKey = cryptography.hmacSHA256(key: salted, Array("Client Key".utf8))
        let signature = cryptography.hmacSHA256(key: cryptography.sha256(clientKey), message)
        let proof = zip(clientKey, signature).map { $0 ^ $1 }
        return unproven + ",p=".utf8 + Base64.encode(proof)
    }
}

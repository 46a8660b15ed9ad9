/// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, the server's side: RFC 5802, RFC 7677.
///
/// Whatever is answered about the user, and also for one who doesn't exist, the same work is done and the same kind of
/// message goes out: only the proof at the end is right or wrong.
struct ScramDialogue: SASLDialogue {
    private enum Phase {
        case first
        case asked(ScramClientFirst)
        case proof(ScramClientFirst, nonce: [UInt8], challenge: [UInt8], SCRAMVerifier, isUser: Bool)
        /// The client has our signature and says nothing more.
        case done(user: String)
    }

    private let mechanism: SASLMechanism
    private let channel: SASLChannel
    private let cryptography: any SASLCryptography
    private var phase = Phase.first

    init(_ mechanism: SASLMechanism, channel: SASLChannel, cryptography: any SASLCryptography) {
        self.mechanism = mechanism
        self.channel = channel
        self.cryptography = cryptography
    }

    mutating func receive(_ response: [UInt8]) throws(SASLExchange.Failure) -> SASLExchange.Step {
        switch phase {
        case .first:
            let first = try ScramClientFirst(response)
            try check(first.binding)
            phase = .asked(first)
            return .ask(.lookup(user: first.user, mechanism: mechanism))
        case .asked: preconditionFailure("a SCRAM client is heard only after the plugins")
        case .proof(let first, let nonce, let challenge, let verifier, let isUser):
            let final = try ScramClientFinal(response)
            try check(final, first, nonce)
            let message = first.bare + comma + challenge + comma + final.withoutProof
            guard proves(final.proof, message, verifier), isUser else { throw .wrongPassword }
            phase = .done(user: first.user)
            // RFC 4954 §4: 235 has no room for it, so it is one more challenge.
            let signature = cryptography.hmacSHA256(key: verifier.serverKey, message)
            return .challenge(Array("v=".utf8) + Base64.encode(signature))
        case .done(let user):
            guard response.isEmpty else { throw .malformed("the client answered SCRAM's last message with something") }
            return .success(user: user)
        }
    }

    mutating func answer(_ answer: SASLExchange.Answer) throws(SASLExchange.Failure) -> SASLExchange.Step {
        guard case .asked(let first) = phase else { preconditionFailure("SCRAM asks only once") }
        let decoy = derived(from: password(in: answer), for: first.user)
        let verifier: SCRAMVerifier
        switch answer {
        case .verifier(let kept):
            guard kept.isSound else { throw .unavailable("a plugin gave a verifier that is none of SCRAM-SHA-256") }
            verifier = kept
        case .password, .no: verifier = decoy
        case .unavailable: throw .pluginUnavailable
        case .yes: throw .oddAnswer
        }
        let nonce = first.nonce + Base64.encode(cryptography.random(24))
        let cost = Array(",i=\(verifier.iterations)".utf8)
        let challenge = Array("r=".utf8) + nonce + Array(",s=".utf8) + Base64.encode(verifier.salt) + cost
        phase = .proof(first, nonce: nonce, challenge: challenge, verifier, isUser: answer != .no)
        return .challenge(challenge)
    }

    /// RFC 5802 §6: what each flag means for each of the two mechanisms.
    private func check(_ binding: GS2Header.Binding) throws(SASLExchange.Failure) {
        let isPlus = mechanism == .scramSHA256Plus
        if isPlus, !channel.isTLS { throw .encryption("SCRAM-SHA-256-PLUS needs TLS") }
        switch binding {
        case .none where !isPlus: return
        case .notOffered where !isPlus:
            guard !channel.offersPlus else {
                throw .credentials("the client was kept from seeing SCRAM-SHA-256-PLUS: somebody may stand between")
            }
        case .used(let name) where isPlus:
            guard channel.binding(name) != nil else {
                throw .credentials("the client wants a channel binding that isn't there")
            }
        default: throw .malformed("the client's channel binding flag doesn't go with the mechanism")
        }
    }

    private func check(
        _ final: ScramClientFinal,
        _ first: ScramClientFirst,
        _ nonce: [UInt8]
    ) throws(SASLExchange.Failure) {
        guard ConstantTime.equal(final.nonce, nonce) else { throw .credentials("SCRAM's nonce is another") }
        var expected = first.header
        if case .used(let name) = first.binding { expected += channel.binding(name) ?? [] }
        guard ConstantTime.equal(final.binding, expected) else {
            throw .credentials("the channel binding is another: somebody may stand between")
        }
    }

    /// RFC 5802 §3: ClientKey is ClientProof without ClientSignature, and its digest is what we keep.
    private func proves(_ proof: [UInt8], _ message: [UInt8], _ verifier: SCRAMVerifier) -> Bool {
        let signature = cryptography.hmacSHA256(key: verifier.storedKey, message)
        let clientKey = zip(proof, signature).map { $0 ^ $1 }
        return ConstantTime.equal(cryptography.sha256(clientKey), verifier.storedKey)
    }

    /// A verifier for who has none: of the clear password, or of one that nobody has.
    private func derived(from password: [UInt8], for user: String) -> SCRAMVerifier {
        let origin = Array("SCRAM-SHA-256 salt ".utf8) + Array(user.utf8)
        let salt = cryptography.hmacSHA256(key: cryptography.decoySecret, origin).prefix(SCRAMVerifier.saltBytes)
        return SCRAMVerifier(
            password: password,
            salt: Array(salt),
            iterations: SCRAMVerifier.iterations,
            cryptography: cryptography
        )
    }

    private func password(in answer: SASLExchange.Answer) -> [UInt8] {
        if case .password(let password) = answer { password } else { cryptography.random(16) }
    }
}

private let comma = [UInt8(ascii: ",")]

internal import Mail

/// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, the calling side: RFC 5802 §3, RFC 7677.
///
/// The server must prove that it knows the password too; before it has, its "yes" is worth nothing.
struct ScramClient: SASLClientDialogue {
    private enum Phase {
        case first
        /// The signature that the server has to show.
        case proven(signature: [UInt8])
        case satisfied
    }

    private let cryptography: any SASLCryptography
    private let password: [UInt8]
    private let binding: Binding
    private let iterations: ClosedRange<Int>
    private let nonce: [UInt8]
    private let bare: [UInt8]
    private var phase = Phase.first

    /// The password's bytes are taken as they are, without SASLprep, as the server here does.
    init?(
        user: String,
        password: String,
        binding: Binding?,
        iterations: ClosedRange<Int>,
        cryptography: any SASLCryptography
    ) {
        guard let binding else { return nil }
        self.cryptography = cryptography
        self.password = Array(password.utf8)
        self.binding = binding
        self.iterations = iterations
        nonce = Base64.encode(cryptography.random(24))
        bare = Array("n=".utf8) + Self.escaped(user) + Array(",r=".utf8) + nonce
    }

    var initialResponse: [UInt8]? { binding.header + bare }

    var isSatisfied: Bool { if case .satisfied = phase { true } else { false } }

    mutating func respond(to challenge: [UInt8]) -> [UInt8]? {
        switch phase {
        case .first: return prove(challenge)
        case .proven(let signature):
            let verifier = Array("v=".utf8) + Base64.encode(signature)
            // RFC 5802 §5.1: "e=" in its place is an error.
            guard ConstantTime.equal(Array(challenge.prefix { $0 != UInt8(ascii: ",") }), verifier) else { return nil }
            phase = .satisfied
            return []
        case .satisfied: return nil
        }
    }

    /// RFC 5802 §3: ClientProof is ClientKey and ClientSignature, one laid over the other.
    private mutating func prove(_ challenge: [UInt8]) -> [UInt8]? {
        guard let offer = try? ScramMessage(challenge[...], beginsWith: "rsi"), offer.value(0).starts(with: nonce),
            offer.value(0).count > nonce.count, let salt = Base64.decode(Array(offer.value(1)).span), !salt.isEmpty,
            let rounds = Int(String(decoding: offer.value(2), as: UTF8.self)), iterations.contains(rounds)
        else { return nil }
        let salted = cryptography.pbkdf2SHA256(password: password, salt: salt, iterations: rounds)
        let clientKey = cryptography.hmacSHA256(key: salted, Array("Client Key".utf8))
        let serverKey = cryptography.hmacSHA256(key: salted, Array("Server Key".utf8))
        var final = Array("c=".utf8) + Base64.encode(binding.header + binding.data)
        final += Array(",r=".utf8) + offer.value(0)
        let signed = bare + [comma] + challenge + [comma] + final
        let signature = cryptography.hmacSHA256(key: cryptography.sha256(clientKey), signed)
        phase = .proven(signature: cryptography.hmacSHA256(key: serverKey, signed))
        return final + Array(",p=".utf8) + Base64.encode(zip(clientKey, signature).map { $0 ^ $1 })
    }

    /// RFC 5802 §5.1, `saslname`.
    static func escaped(_ name: String) -> [UInt8] {
        name.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case comma: Array("=2C".utf8)
            case UInt8(ascii: "="): Array("=3D".utf8)
            default: [byte]
            }
        }
    }
}

private let comma = UInt8(ascii: ",")

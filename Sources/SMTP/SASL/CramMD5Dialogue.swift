/// CRAM-MD5: the client shows that it knows the password by a digest of the server's challenge, RFC 2195.
///
/// It needs the clear password on the server's side.
struct CramMD5Dialogue: SASLDialogue {
    private let challenge: [UInt8]
    private let cryptography: any SASLCryptography
    private var user = ""
    private var digest: [UInt8] = []

    init(hostname: String, cryptography: any SASLCryptography) {
        // RFC 2195 §2 wants what no one has seen before: randomness does it without a clock.
        let unique = Hex.encode(cryptography.random(16))
        self.init(challenge: Array("<".utf8) + unique + Array("@\(hostname)>".utf8), cryptography: cryptography)
    }

    init(challenge: [UInt8], cryptography: any SASLCryptography) {
        self.challenge = challenge
        self.cryptography = cryptography
    }

    // RFC 4954 §4: a first response where the server speaks first is refused with 501.
    var takesInitialResponse: Bool { false }

    mutating func opening() -> [UInt8] { challenge }

    mutating func receive(_ response: [UInt8]) throws(SASLExchange.Failure) -> SASLExchange.Step {
        guard let blank = response.lastIndex(of: 0x20), response.count - blank - 1 == 32 else {
            throw .malformed("CRAM-MD5's response is not a user and a digest")
        }
        digest = Array(response[(blank + 1)...])
        guard digest.allSatisfy(Hex.isDigit) else {
            throw .malformed("CRAM-MD5's digest is not lower-case hexadecimal")
        }
        user = try SASLName.read(response[..<blank])
        return .ask(.lookup(user: user, mechanism: .cramMD5))
    }

    mutating func answer(_ answer: SASLExchange.Answer) throws(SASLExchange.Failure) -> SASLExchange.Step {
        switch answer {
        case .password(let password):
            guard matches(password) else { throw .wrongPassword }
            return .success(user: user)
        case .no:
            _ = matches(cryptography.random(16))
            throw .wrongPassword
        case .verifier:
            // To the peer as a wrong password, or it would learn that this user exists.
            throw .credentials("CRAM-MD5 needs a clear password, and this user's is hashed")
        case .unavailable: throw .pluginUnavailable
        case .yes: throw .oddAnswer
        }
    }

    private func matches(_ password: [UInt8]) -> Bool {
        ConstantTime.equal(Hex.encode(cryptography.hmacMD5(key: password, challenge)), digest)
    }
}

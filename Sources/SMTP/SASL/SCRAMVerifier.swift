internal import Mail

/// What a server keeps of a password for SCRAM-SHA-256, and from which nobody can log in: RFC 5802 §3.
public struct SCRAMVerifier: Sendable, Equatable {
    public var salt: [UInt8]
    public var iterations: Int
    /// 32 bytes.
    public var storedKey: [UInt8]
    /// 32 bytes.
    public var serverKey: [UInt8]

    /// The iterations for new verifiers and for users who have none: RFC 7677 §4 asks for at least so many.
    ///
    /// A verifier with another number tells a stranger that its user exists.
    public static let iterations = 4096
    /// Bytes of a new salt, for the same reason always as many.
    public static let saltBytes = 16

    public init(salt: [UInt8], iterations: Int, storedKey: [UInt8], serverKey: [UInt8]) {
        self.salt = salt
        self.iterations = iterations
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    /// Makes one of a password; the password's bytes are taken as they are, without SASLprep.
    public init(password: [UInt8], salt: [UInt8], iterations: Int, cryptography: some SCRAMCryptography) {
        let salted = cryptography.pbkdf2SHA256(password: password, salt: salt, iterations: iterations)
        let clientKey = cryptography.hmacSHA256(key: salted, Array("Client Key".utf8))
        self.init(
            salt: salt,
            iterations: iterations,
            storedKey: cryptography.sha256(clientKey),
            serverKey: cryptography.hmacSHA256(key: salted, Array("Server Key".utf8))
        )
    }

    /// Whether it has the shape of one: keys of SHA-256's length, a salt, as many iterations as a client will do.
    var isSound: Bool {
        !salt.isEmpty && salt.count <= 1024 && (1...Self.mostIterations).contains(iterations)
            && storedKey.count == 32 && serverKey.count == 32
    }

    private static let mostIterations = 100_000_000
}

extension SCRAMVerifier {
    /// PostgreSQL's form, which files of users hold: `SCRAM-SHA-256$4096:SALT$STOREDKEY:SERVERKEY`, all in base64.
    public var text: String {
        "SCRAM-SHA-256$\(iterations):\(Base64.text(salt))$\(Base64.text(storedKey)):\(Base64.text(serverKey))"
    }

    /// Reads that form; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "SCRAM-SHA-256" else { return nil }
        let cost = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        let keys = parts[2].split(separator: ":", omittingEmptySubsequences: false)
        guard cost.count == 2, keys.count == 2, let iterations = Self.number(cost[0]),
            let salt = Base64.decode(String(cost[1]).utf8.span), let stored = Base64.decode(String(keys[0]).utf8.span),
            let server = Base64.decode(String(keys[1]).utf8.span)
        else { return nil }
        self.init(salt: salt, iterations: iterations, storedKey: stored, serverKey: server)
        guard isSound else { return nil }
    }

    private static func number(_ text: Substring) -> Int? {
        (1...9).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isDigit } ? Int(text) : nil
    }
}

extension SCRAMVerifier: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The cost, and nothing that helps a guesser.
    public var description: String { "a SCRAM verifier of \(iterations) iterations" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a store of users keeps of a password for SCRAM-SHA-256, and from which nobody can log in: RFC 5802 §3.
public struct SCRAMVerifier: Sendable, Equatable {
    public var salt: [UInt8]
    public var iterations: UInt32
    public var storedKey: [UInt8]
    public var serverKey: [UInt8]

    public init(salt: [UInt8], iterations: UInt32, storedKey: [UInt8], serverKey: [UInt8]) {
        self.salt = salt
        self.iterations = iterations
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    /// Reads PostgreSQL's form, which `haraka passwd` writes; nil for anything else.
    ///
    /// It is `SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY`, the last three in base64. What the server would refuse
    /// is nil too: a salt outside of 16 to 64 bytes, fewer than 4096 iterations.
    public init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "SCRAM-SHA-256" else { return nil }
        let cost = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        let keys = parts[2].split(separator: ":", omittingEmptySubsequences: false)
        guard cost.count == 2, keys.count == 2, let iterations = UInt32(cost[0]), iterations >= 4096,
            cost[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let salt = Base64.decode(cost[1].utf8),
            let stored = Base64.decode(keys[0].utf8), let server = Base64.decode(keys[1].utf8),
            (16...64).contains(salt.count), stored.count == 32, server.count == 32
        else { return nil }
        self.init(salt: salt, iterations: iterations, storedKey: stored, serverKey: server)
    }
}

extension SCRAMVerifier: CustomStringConvertible, CustomReflectable {
    /// The cost, and nothing that helps a guesser.
    public var description: String { "a SCRAM verifier of \(iterations) iterations" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

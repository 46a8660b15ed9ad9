/// What a plugin knows of a user's password for a SCRAM mechanism: RFC 5802 §3.
public struct AuthVerifier: Sendable, Equatable {
    public var mechanism: String
    public var salt: [UInt8]
    public var iterations: UInt32
    public var storedKey: [UInt8]
    public var serverKey: [UInt8]
}

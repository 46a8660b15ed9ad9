/// A password as clients may send it in clear.
enum SASLSecret {
    static let maximum = 1024

    /// The password, if it may be one: any bytes but NUL, at which a plugin's C function would stop reading.
    static func read(_ bytes: some Collection<UInt8>) throws(SASLExchange.Failure) -> [UInt8] {
        guard !bytes.isEmpty else { throw .malformed("the password is empty") }
        guard bytes.count <= maximum else { throw .malformed("the password is too long") }
        guard !bytes.contains(0) else { throw .malformed("the password has a NUL") }
        return Array(bytes)
    }

    /// What an answer to `auth_verify` means.
    static func settle(
        _ answer: SASLExchange.Answer,
        _ user: String
    ) throws(SASLExchange.Failure) -> SASLExchange.Step {
        switch answer {
        case .yes: return .success(user: user)
        case .no: throw .wrongPassword
        case .unavailable: throw .pluginUnavailable
        case .verifier, .password: throw .oddAnswer
        }
    }
}

/// The cryptography that a SCRAM verifier is made with.
public protocol SCRAMCryptography: Sendable {
    /// So many bytes that nobody can guess.
    func random(_ count: Int) -> [UInt8]

    /// 32 bytes.
    func sha256(_ bytes: [UInt8]) -> [UInt8]

    /// RFC 2104 with SHA-256: 32 bytes.
    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8]

    /// RFC 8018 §5.2 with HMAC-SHA-256: 32 bytes.
    ///
    /// RFC 5802 calls it `Hi`.
    func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8]
}

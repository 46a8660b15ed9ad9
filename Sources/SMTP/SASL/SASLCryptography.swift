/// The cryptography that mechanisms need; a room with a library supplies it.
public protocol SASLCryptography: Sendable {
    /// So many bytes that nobody can guess.
    func random(_ count: Int) -> [UInt8]

    /// 32 bytes.
    func sha256(_ bytes: [UInt8]) -> [UInt8]

    /// RFC 2104 with SHA-256: 32 bytes.
    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8]

    /// RFC 2104 with MD5: 16 bytes.
    func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8]

    /// RFC 8018 §5.2 with HMAC-SHA-256: 32 bytes. RFC 5802 calls it `Hi`.
    func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8]

    /// A secret of this server, 32 bytes or more, the same for every exchange.
    ///
    /// From it come the salts of users who have none, RFC 5802 §9 and RFC 7677 §4: if they changed, an unknown user could
    /// be told from a known one by asking twice. Best kept over restarts.
    var decoySecret: [UInt8] { get }
}

import SMTP

/// Cryptography of which tests know the outcome; it is good for nothing else.
struct FixedCryptography: SASLCryptography {
    func random(_ count: Int) -> [UInt8] { Array(repeating: 0x2A, count: count) }
    func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(repeating: UInt8(truncatingIfNeeded: bytes.count), count: 32) }
    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { Array(repeating: 0, count: 32) }
    func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] { Array(repeating: 0, count: 16) }
    func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] { Array(repeating: 0, count: 32) }
    var decoySecret: [UInt8] { Array(repeating: 0, count: 32) }
}

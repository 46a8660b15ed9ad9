import SMTP
import TLS

/// The cryptography of SASL, by OpenSSL.
struct TestCryptography: SASLCryptography {
    var decoySecret: [UInt8] { Array(repeating: 1, count: 32) }

    func random(_ count: Int) -> [UInt8] { Cryptography.random(count) }
    func sha256(_ bytes: [UInt8]) -> [UInt8] { Cryptography.sha256(bytes) }
    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { Cryptography.hmacSHA256(key: key, message) }
    func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] { Cryptography.hmacMD5(key: key, message) ?? [] }

    func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        Cryptography.pbkdf2SHA256(password: password, salt: salt, iterations: iterations)
    }
}

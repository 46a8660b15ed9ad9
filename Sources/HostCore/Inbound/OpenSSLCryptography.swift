internal import SMTP
internal import TLS

/// The cryptography of SASL, by OpenSSL.
struct OpenSSLCryptography: SASLCryptography {
    /// Made at the start: a restart shows strangers other salts for users who aren't there.
    let decoySecret = Cryptography.random(32)

    func random(_ count: Int) -> [UInt8] { Cryptography.random(count) }
    func sha256(_ bytes: [UInt8]) -> [UInt8] { Cryptography.sha256(bytes) }
    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { Cryptography.hmacSHA256(key: key, message) }

    /// Where policy takes MD5 out of OpenSSL, random bytes: then no proof is right.
    func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        Cryptography.hmacMD5(key: key, message) ?? Cryptography.random(16)
    }

    func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        Cryptography.pbkdf2SHA256(password: password, salt: salt, iterations: iterations)
    }
}

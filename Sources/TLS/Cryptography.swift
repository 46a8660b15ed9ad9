internal import COpenSSL
internal import System

/// The primitives that SASL and others need, by OpenSSL.
public enum Cryptography {
    /// Bytes that nobody can guess.
    public static func random(_ count: Int) -> [UInt8] { Randomness.bytes(count) }

    /// FIPS 180-4.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let done = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        precondition(done == 1, "OpenSSL has no SHA-256.")
        return digest
    }

    /// RFC 2104 with SHA-256.
    public static func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        guard let code = unsafe hmac(EVP_sha256(), 32, key, bytes) else {
            preconditionFailure("OpenSSL has no HMAC with SHA-256.")
        }
        return code
    }

    /// RFC 2104 with MD5, for CRAM-MD5 (RFC 2195) only; nil where a policy of the system forbids MD5.
    public static func hmacMD5(key: [UInt8], _ bytes: [UInt8]) -> [UInt8]? {
        unsafe hmac(EVP_md5(), 16, key, bytes)
    }

    /// RFC 8018 §5.2 with HMAC-SHA-256, 32 bytes long: `Hi` of RFC 5802 §2.2.
    public static func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        precondition((1...Int(Int32.max)).contains(iterations), "PBKDF2 needs at least one iteration.")
        var key = [UInt8](repeating: 0, count: 32)
        // A null pointer would be a password of length 0 that OpenSSL measures by itself: give it a byte.
        let secret = password.isEmpty ? [0] : password
        let done = unsafe secret.withUnsafeBytes { secret in
            unsafe PKCS5_PBKDF2_HMAC(
                secret.bindMemory(to: CChar.self).baseAddress,
                Int32(password.count),
                salt,
                Int32(salt.count),
                Int32(iterations),
                EVP_sha256(),
                32,
                &key
            )
        }
        precondition(done == 1, "OpenSSL has no PBKDF2 with SHA-256.")
        return key
    }

    private static func hmac(_ method: OpaquePointer?, _ size: Int, _ key: [UInt8], _ bytes: [UInt8]) -> [UInt8]? {
        var code = [UInt8](repeating: 0, count: size)
        var count: UInt32 = 0
        // A null key would mean "the key of the call before".
        let secret = key.isEmpty ? [0] : key
        let done = unsafe HMAC(method, secret, Int32(key.count), bytes, bytes.count, &code, &count)
        ErrorQueue.clear()
        return unsafe done != nil && Int(count) == size ? code : nil
    }
}

import SMTP

/// Cryptography for tests; nothing about it is secret, and its "random" bytes are the same in every run.
struct SASLTestCryptography: SASLCryptography {
    /// Whether PBKDF2 does its rounds; a stand-in of one round keeps the other tests quick.
    var isReal = false
    /// What differs between two exchanges.
    var seed: UInt8 = 1

    let decoySecret = Array("what only this server knows, always".utf8)

    func random(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += sha256([seed, UInt8(count), UInt8(bytes.count / 32)]) }
        return Array(bytes.prefix(count))
    }

    func sha256(_ bytes: [UInt8]) -> [UInt8] { SASLDigests.sha256(bytes) }

    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        SASLDigests.hmac(SASLDigests.sha256, key: key, message)
    }

    func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] { SASLDigests.hmac(SASLDigests.md5, key: key, message) }

    func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        var block = hmacSHA256(key: password, salt + [0, 0, 0, 1])
        var sum = block
        for _ in 1..<(isReal ? iterations : 2) {
            block = hmacSHA256(key: password, block)
            for index in sum.indices { sum[index] ^= block[index] }
        }
        return sum
    }
}

internal import SMTP
internal import System

/// SCRAM's cryptography for a command that makes one verifier, over the one digest that System has.
///
/// It takes tens of milliseconds where a library takes two; the server itself must not use it.
struct PasswordCryptography: SCRAMCryptography {
    func random(_ count: Int) -> [UInt8] { Randomness.bytes(count) }

    func sha256(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array(SHA256.hash(of: bytes).utf8)
        return stride(from: 0, to: digits.count, by: 2).map { Self.value(digits[$0]) << 4 | Self.value(digits[$0 + 1]) }
    }

    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        var key = key.count > 64 ? sha256(key) : key
        key += [UInt8](repeating: 0, count: 64 - key.count)
        return sha256(key.map { $0 ^ 0x5C } + sha256(key.map { $0 ^ 0x36 } + message))
    }

    func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        var block = hmacSHA256(key: password, salt + [0, 0, 0, 1])
        var sum = block
        for _ in 1..<max(iterations, 1) {
            block = hmacSHA256(key: password, block)
            for index in sum.indices { sum[index] ^= block[index] }
        }
        return sum
    }

    private static func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit - 0x30 : digit - 0x61 + 10 }
}

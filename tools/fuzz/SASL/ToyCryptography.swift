import SMTP

/// Cryptography that is fast and guessable, and still gives another digest for other bytes.
struct ToyCryptography: SASLCryptography {
    func random(_ count: Int) -> [UInt8] { Array(repeating: 0x2A, count: count) }
    func sha256(_ bytes: [UInt8]) -> [UInt8] { Self.digest(bytes, words: 4) }
    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { Self.digest(key + [1] + message, words: 4) }
    func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] { Self.digest(key + [2] + message, words: 2) }
    func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        Self.digest(password + [3] + salt + Array("\(iterations)".utf8), words: 4)
    }
    var decoySecret: [UInt8] { Array(repeating: 9, count: 32) }

    /// FNV-1a, stretched by SplitMix64.
    private static func digest(_ bytes: [UInt8], words: Int) -> [UInt8] {
        var state = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return (0..<words).flatMap { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
        }
    }
}

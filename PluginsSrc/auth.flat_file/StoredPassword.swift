import CPasswords
package import PluginKit

/// What the file keeps of a password.
package enum StoredPassword {
    case clear(String)
    case scram(SCRAMVerifier)
    /// A string of crypt(3), `$y$…` or `$6$…`.
    case crypt(String)

    /// Why a value can't be one; the words hold nothing of it.
    package struct Wrong: Error {
        let sentence: String
    }

    /// Reads a value; what looks like a hash and isn't one is refused, for as a clear password it would let its reader in.
    package init(_ text: String) throws(Wrong) {
        if text.isEmpty { throw Wrong(sentence: "has no password") }
        if text.hasPrefix("SCRAM-SHA-256$") {
            guard let verifier = SCRAMVerifier(text) else { throw Wrong(sentence: "has a broken SCRAM verifier") }
            self = .scram(verifier)
        } else if Self.looksLikeCrypt(text) {
            guard Self.isWhole(text), unsafe text.withCString({ unsafe passwords_crypt_is_sound($0) }) == 1 else {
                throw Wrong(sentence: "has a crypt string of a kind that is too weak, or broken; write $y$ or $6$")
            }
            self = .crypt(text)
        } else {
            // The server takes one line of 480 bytes for a clear password.
            guard text.utf8.count <= 480, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw Wrong(sentence: "has a password that is too long, or has a control character")
            }
            self = .clear(text)
        }
    }

    /// "$", one to three letters or digits, "$": crypt(5).
    private static func looksLikeCrypt(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "$"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, (1...4).contains(parts[1].count) else { return false }
        return parts[1].allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// Whether there is a hash behind the salt: 31 characters or more in every way of crypt(5) that is strong enough.
    private static func isWhole(_ text: String) -> Bool {
        let hash = text.utf8.reversed().prefix { $0 != UInt8(ascii: "$") }
        return hash.count >= 31
            && hash.allSatisfy {
                (0x2E...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            }
    }

    /// Whether a user with this value can log in by that method.
    package func serves(_ method: AuthMethod) -> Bool {
        switch (self, method) {
        case (_, .plain), (_, .login), (_, .external): true
        case (.clear, _): true
        case (.scram, .scramSHA256), (.scram, .scramSHA256Plus): true
        case (.scram, .cramMD5), (.crypt, _): false
        }
    }

    /// Whether it is the password.
    package func matches(_ password: [UInt8]) -> Bool {
        // A NUL would end the password for crypt(3).
        guard !password.isEmpty, password.count <= 4096, !password.contains(0) else { return false }
        switch self {
        case .clear(let text): return Self.equal(password, Array(text.utf8))
        case .scram(let verifier):
            return Self.storedKey(password, verifier).map { Self.equal($0, verifier.storedKey) } ?? false
        case .crypt(let hash):
            let text = (password + [0]).map { CChar(bitPattern: $0) }
            return unsafe hash.withCString { unsafe passwords_crypt_matches(text, $0) } == 1
        }
    }

    private static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe passwords_equal(left, right, left.count) == 1
    }

    private static func storedKey(_ password: [UInt8], _ verifier: SCRAMVerifier) -> [UInt8]? {
        var key = [UInt8](repeating: 0, count: 32)
        let text = password.map { CChar(bitPattern: $0) }
        let salt = verifier.salt
        let made = unsafe passwords_stored_key(text, text.count, salt, salt.count, verifier.iterations, &key)
        return made == 1 ? key : nil
    }
}

extension StoredPassword: CustomStringConvertible, CustomReflectable {
    /// Its kind, never its value.
    package var description: String {
        switch self {
        case .clear: "a clear password"
        case .scram: "a SCRAM verifier"
        case .crypt: "a crypt string"
        }
    }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

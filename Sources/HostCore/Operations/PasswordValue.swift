internal import SMTP
internal import System

/// What a file of users keeps of a password: the right side of `NAME=VALUE`.
enum PasswordValue {
    static func made(
        of password: [UInt8],
        _ kind: PasswordFile.Kind,
        _ cryptography: some SCRAMCryptography
    ) throws(StartError) -> String {
        guard !password.isEmpty else { throw StartError("The password is empty.") }
        // What the server takes from a client: RFC 4616 §2 has no NUL in it.
        guard password.count <= 1024 else { throw StartError("The password is longer than 1024 bytes.") }
        guard !password.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw StartError("The password has a control character.")
        }
        switch kind {
        case .scram:
            return SCRAMVerifier(
                password: password,
                salt: cryptography.random(SCRAMVerifier.saltBytes),
                iterations: SCRAMVerifier.iterations,
                cryptography: cryptography
            ).text
        case .crypt: return try crypt(password)
        case .clear: return try clear(password)
        }
    }

    private static func crypt(_ password: [UInt8]) throws(StartError) -> String {
        do { return try CryptLibrary.hash(of: password) } catch { throw StartError("\(error).") }
    }

    /// A clear password must come back from the file as it went in.
    private static func clear(_ password: [UInt8]) throws(StartError) -> String {
        guard let text = String(validating: password, as: UTF8.self) else {
            throw StartError("The password is not UTF-8.")
        }
        guard password.count <= 480 else { throw StartError("A clear password has at most 480 bytes.") }
        guard password.first != 0x20, password.last != 0x20, password.last != UInt8(ascii: "\\") else {
            throw StartError(
                "A clear password doesn't begin or end with a blank nor end with a backslash; use --kind scram."
            )
        }
        guard !text.hasPrefix("$"), !text.hasPrefix("SCRAM-SHA-256$") else {
            throw StartError("A clear password that looks like a hash would be taken for one; use --kind scram.")
        }
        return text
    }
}

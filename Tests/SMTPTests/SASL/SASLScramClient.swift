import SMTP

/// The client's half of SCRAM-SHA-256, written after RFC 5802 §3 and not after the server's.
struct SASLScramClient {
    var user = "user"
    var password = "pencil"
    var header = "n,,"
    var nonce = "rOprNGfwEbeRWgbNEkqO"
    /// What is bound: the bytes behind the header in `c=`.
    var binding: [UInt8] = []
    var cryptography = SASLTestCryptography()

    var bare: String { "n=\(user),r=\(nonce)" }
    var first: [UInt8] { Array((header + bare).utf8) }

    /// The last message for a challenge, and the signature that the server must show.
    func final(_ challenge: [UInt8]) -> (message: [UInt8], signature: [UInt8])? {
        let text = String(decoding: challenge, as: UTF8.self)
        let parts = text.split(separator: ",")
        guard parts.count == 3, parts[0].hasPrefix("r=\(nonce)"), parts[1].hasPrefix("s="), parts[2].hasPrefix("i="),
            let salt = Base64.decode(Array(parts[1].dropFirst(2).utf8).span), let cost = Int(parts[2].dropFirst(2))
        else { return nil }
        let salted = cryptography.pbkdf2SHA256(password: Array(password.utf8), salt: salt, iterations: cost)
        let clientKey = cryptography.hmacSHA256(key: salted, Array("Client Key".utf8))
        let serverKey = cryptography.hmacSHA256(key: salted, Array("Server Key".utf8))
        let bound = String(decoding: Base64.encode(Array(header.utf8) + binding), as: UTF8.self)
        let withoutProof = "c=\(bound),\(parts[0])"
        let signed = Array("\(bare),\(text),\(withoutProof)".utf8)
        let signature = cryptography.hmacSHA256(key: cryptography.sha256(clientKey), signed)
        let proof = Base64.encode(zip(clientKey, signature).map { $0 ^ $1 })
        let message = Array(withoutProof.utf8) + Array(",p=".utf8) + proof
        return (message, cryptography.hmacSHA256(key: serverKey, signed))
    }
}

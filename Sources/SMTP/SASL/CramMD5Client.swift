/// CRAM-MD5, the calling side: RFC 2195 §2.
struct CramMD5Client: SASLClientDialogue {
    private let user: String
    private let password: String
    private let cryptography: any SASLCryptography
    private(set) var isSatisfied = false

    init(user: String, password: String, cryptography: any SASLCryptography) {
        self.user = user
        self.password = password
        self.cryptography = cryptography
    }

    var initialResponse: [UInt8]? { nil }

    mutating func respond(to challenge: [UInt8]) -> [UInt8]? {
        guard !isSatisfied, !challenge.isEmpty else { return nil }
        let digest = cryptography.hmacMD5(key: Array(password.utf8), challenge)
        // None where MD5 is forbidden.
        guard !digest.isEmpty else { return nil }
        isSatisfied = true
        return Array("\(user) ".utf8) + Hex.encode(digest)
    }
}

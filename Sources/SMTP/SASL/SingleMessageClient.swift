/// The mechanisms in which the client says everything at once: PLAIN, EXTERNAL and the bearers.
struct SingleMessageClient: SASLClientDialogue {
    let initialResponse: [UInt8]?
    /// What acknowledges the server's reasons for a refusal, which then follows; nil: it has to give none.
    private var acknowledgement: [UInt8]?

    init(message: [UInt8]) { initialResponse = message }

    /// RFC 4616 §2; nobody else is acted for.
    init(plain user: String, _ password: String) {
        initialResponse = [0] + Array(user.utf8) + [0] + Array(password.utf8)
    }

    /// OAUTHBEARER: RFC 7628 §3.1.
    init(bearer user: String, _ token: String) {
        let name = String(decoding: ScramClient.escaped(user), as: UTF8.self)
        initialResponse = Array("n,a=\(name),\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8)
        // RFC 7628 §3.2.3.
        acknowledgement = [1]
    }

    /// Google's own.
    init(xoauth2 user: String, _ token: String) {
        initialResponse = Array("user=\(user)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8)
        acknowledgement = []
    }

    mutating func respond(to challenge: [UInt8]) -> [UInt8]? {
        defer { acknowledgement = nil }
        return acknowledgement
    }
}

/// EXTERNAL: the certificate of the TLS handshake says who the client is, RFC 4422 appendix A.
///
/// The plugins are asked whether that is a user: a certificate that verifies isn't yet a right to anything.
struct ExternalDialogue: SASLDialogue {
    private let channel: SASLChannel
    private var user = ""

    init(channel: SASLChannel) { self.channel = channel }

    mutating func receive(_ response: [UInt8]) throws(SASLExchange.Failure) -> SASLExchange.Step {
        let authorization = response.isEmpty ? nil : try SASLName.read(response)
        guard channel.isTLS else { throw .encryption("EXTERNAL needs TLS") }
        guard let identity = channel.certificateIdentity, let name = try? SASLName.read(identity.utf8) else {
            throw .credentials("the client has no certificate that names it")
        }
        user = name
        try SASLName.check(authorization: authorization, of: user)
        return .ask(.lookup(user: user, mechanism: .external))
    }

    mutating func answer(_ answer: SASLExchange.Answer) throws(SASLExchange.Failure) -> SASLExchange.Step {
        switch answer {
        case .yes, .verifier, .password: return .success(user: user)
        case .no: throw .credentials("the certificate names nobody who is a user")
        case .unavailable: throw .pluginUnavailable
        }
    }
}

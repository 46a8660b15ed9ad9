/// OAUTHBEARER (RFC 7628) and XOAUTH2 (Google's): a token that somebody else gave the client.
///
/// A token that isn't good is answered by a challenge that says so in JSON, which the client acknowledges; then it fails.
struct BearerDialogue: SASLDialogue {
    private enum Phase {
        case first
        case asked(user: String)
        /// The client knows, and its next response, whatever it is, ends it.
        case refused(SASLExchange.Failure)
    }

    private let mechanism: SASLMechanism
    private var phase = Phase.first

    init(_ mechanism: SASLMechanism) { self.mechanism = mechanism }

    mutating func receive(_ response: [UInt8]) throws(SASLExchange.Failure) -> SASLExchange.Step {
        switch phase {
        case .first:
            let message = try BearerMessage(response, of: mechanism)
            guard let user = message.user else { return refuse("the bearer's name is missing", "invalid_request") }
            guard let token = message.token else { return refuse("the bearer token is missing", "invalid_request") }
            phase = .asked(user: user)
            return .ask(.token(mechanism: mechanism, user: user, token: token))
        case .asked: preconditionFailure("a bearer is heard only after the plugins")
        case .refused(let failure): throw failure
        }
    }

    mutating func answer(_ answer: SASLExchange.Answer) throws(SASLExchange.Failure) -> SASLExchange.Step {
        guard case .asked(let user) = phase else { preconditionFailure("a bearer's token is asked about once") }
        switch answer {
        case .yes: return .success(user: user)
        case .no: return refuse("wrong user or token", "invalid_token")
        case .unavailable: throw .pluginUnavailable
        case .verifier, .password: throw .oddAnswer
        }
    }

    // Who was refused can't take it back.
    var cancellation: SASLExchange.Failure {
        if case .refused(let failure) = phase { failure } else { .cancelled }
    }

    private mutating func refuse(_ reason: String, _ status: String) -> SASLExchange.Step {
        phase = .refused(.credentials(reason))
        // RFC 7628 §3.2.2 has words for status, Google the numbers of HTTP.
        let json = mechanism == .xoauth2 ? #"{"status":"401","schemes":"bearer"}"# : #"{"status":"\#(status)"}"#
        return .challenge(Array(json.utf8))
    }
}

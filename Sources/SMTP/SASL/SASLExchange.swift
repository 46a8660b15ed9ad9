/// One authentication, the server's side, as a value: the client's responses and the plugins' answers go in, steps come
/// out.
///
/// The session begins it, sends each challenge, turns each question into its own and hands the answer back, until
/// it has a success or a failure. Calls in another order are the session's fault and stop the program; what a client
/// sends never does.
public struct SASLExchange: Sendable {
    private enum Phase {
        case fresh
        case challenged
        case asked
        case over
    }

    public let mechanism: SASLMechanism
    /// Who wants in, as soon as that is known: for the log, and to count failures.
    ///
    /// It is only what the client claims.
    public private(set) var claimedUser: String?
    private var dialogue: any SASLDialogue
    private var phase = Phase.fresh

    /// More than 12288 octets of base64 can hold, the bound of a line that RFC 4954 §4 asks for.
    private static let longestResponse = 9216

    public init(_ mechanism: SASLMechanism, channel: SASLChannel, cryptography: any SASLCryptography) {
        self.mechanism = mechanism
        switch mechanism {
        case .plain: dialogue = PlainDialogue()
        case .login: dialogue = LoginDialogue()
        case .cramMD5: dialogue = CramMD5Dialogue(hostname: channel.hostname, cryptography: cryptography)
        case .scramSHA256, .scramSHA256Plus:
            dialogue = ScramDialogue(mechanism, channel: channel, cryptography: cryptography)
        case .oauthBearer, .xoauth2: dialogue = BearerDialogue(mechanism)
        case .external: dialogue = ExternalDialogue(channel: channel)
        }
    }

    /// Starts it with what AUTH carried: nil for nothing, no bytes for "=".
    public mutating func begin(_ initialResponse: [UInt8]?) -> Step {
        guard case .fresh = phase else { preconditionFailure("an exchange begins once") }
        return advance { dialogue throws(Failure) in
            guard let initialResponse else { return .challenge(try dialogue.opening()) }
            guard dialogue.takesInitialResponse else {
                throw .malformed("the server speaks first in this mechanism")
            }
            return try Self.receive(initialResponse, &dialogue)
        }
    }

    /// Takes the client's response to the last challenge.
    public mutating func receive(_ response: [UInt8]) -> Step {
        guard case .challenged = phase else { preconditionFailure("a response belongs to a challenge") }
        return advance { dialogue throws(Failure) in try Self.receive(response, &dialogue) }
    }

    /// Takes the answer to the last question.
    public mutating func answer(_ answer: Answer) -> Step {
        guard case .asked = phase else { preconditionFailure("an answer belongs to a question") }
        return advance { dialogue throws(Failure) in try dialogue.answer(answer) }
    }

    /// The client sent "*" instead of a response: RFC 4954 §4.
    public mutating func cancel() -> Step {
        guard case .challenged = phase else { preconditionFailure("only a challenge can be cancelled") }
        return advance { dialogue throws(Failure) in throw dialogue.cancellation }
    }

    private static func receive(_ response: [UInt8], _ dialogue: inout any SASLDialogue) throws(Failure) -> Step {
        guard response.count <= longestResponse else { throw .malformed("the response is too long") }
        return try dialogue.receive(response)
    }

    private mutating func advance(_ body: (inout any SASLDialogue) throws(Failure) -> Step) -> Step {
        let step: Step
        do { step = try body(&dialogue) } catch { step = .failure(error) }
        switch step {
        case .challenge: phase = .challenged
        case .ask(let question):
            claimedUser = question.user
            phase = .asked
        case .success, .failure: phase = .over
        }
        return step
    }
}

extension SASLExchange.Question {
    /// Whom it is about.
    public var user: String {
        switch self {
        case .lookup(let user, _), .verify(let user, _), .token(_, let user, _): user
        }
    }
}

extension SASLExchange: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its mechanism; what it has heard stays inside.
    public var description: String { "an exchange by \(mechanism.rawValue)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

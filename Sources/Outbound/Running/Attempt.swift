public import SMTP

/// What one attempt has come to for one recipient.
public struct Attempt: Sendable, Equatable {
    public let outcome: ClientSession.Outcome
    /// The host, by name and address; nil where none was reached.
    public let host: String?
    /// What the host said, or what went wrong; of several hosts, what went wrong with each.
    public let reason: String

    public init(_ outcome: ClientSession.Outcome, host: String?, reason: String? = nil) {
        self.outcome = outcome
        self.host = host
        self.reason = reason ?? outcome.said
    }
}

extension ClientSession.Outcome {
    /// Why the host didn't take the message; nil where it has.
    var setback: ClientSession.Setback? {
        switch self {
        case .delivered: nil
        case .deferred(let setback), .failed(let setback): setback
        }
    }

    /// A sentence.
    var said: String {
        switch self {
        case .delivered(let reply): "\(reply)"
        case .deferred(let setback), .failed(let setback): "\(setback)"
        }
    }
}

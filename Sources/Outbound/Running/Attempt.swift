public import SMTP

/// What one attempt has come to for one recipient.
public struct Attempt: Sendable, Equatable {
    public let outcome: ClientSession.Outcome
    /// The host, by name and address; nil where none was reached.
    public let host: String?
    /// What the host said, or what went wrong; of several hosts, what went wrong with each.
    public internal(set) var reason: String
    /// What came of each host, in the order in which they were tried; none where the first one has decided.
    public internal(set) var trials: [Trial] = []
    /// Of the connection; nil in the clear, and where no host was reached.
    public internal(set) var tls: HopTLS?
    /// What it means where the message was taken; nil where nobody looked.
    public var handover: Handover?
    /// The message couldn't be read here: no host has anything to do with that.
    let isUnreadable: Bool
    /// There was no connection at all.
    var isUnanswered = false

    public init(_ outcome: ClientSession.Outcome, host: String?, reason: String? = nil) {
        self.outcome = outcome
        self.host = host
        self.reason = reason ?? outcome.said
        isUnreadable = false
    }

    /// For a message whose text could not be read.
    init(unreadable outcome: ClientSession.Outcome) {
        self.outcome = outcome
        host = nil
        reason = CourierFault.unreadable.description
        isUnreadable = true
    }

    /// What came of each host, of the only one too.
    var allTrials: [Trial] { trials.isEmpty ? trial.map { [$0] } ?? [] : trials }

    /// What came of the host; nil where none has to do with it.
    var trial: Trial? {
        host.map { Trial(host: $0, reply: outcome.setback?.reply, reason: reason) }
    }

    /// Whether another host may do better.
    var allowsNextHost: Bool { !isUnreadable && outcome.setback?.allowsNextHost == true }

    /// Whether no message at all could have been given to the host, for now.
    var isUnreachable: Bool {
        guard !isUnreadable, case .deferred(let setback) = outcome else { return false }
        return setback.isOfHost
    }

    /// Whether the host would rather have less to do with us for now: it takes no connection, or defers before it has heard
    /// whom the message is for, or goes away with 421 (RFC 5321 §3.8).
    var isSlowing: Bool {
        guard !isUnreadable, case .deferred(let setback) = outcome else { return false }
        switch setback {
        case .refused(let reply, let stage):
            return reply.code == 421 || stage == .greeting || stage == .hello || stage == .mail
        case .lost(let stage), .timedOut(let stage): return stage == .greeting
        default: return false
        }
    }

    /// RFC 3463; nil where the message was taken.
    public var status: EnhancedCode? {
        if isUnreadable { return EnhancedCode(4, 3, 0) }
        // RFC 3463 §3.5: no answer from host; 4.4.2 is a connection that has broken.
        return isUnanswered ? EnhancedCode(4, 4, 1) : outcome.setback?.enhanced
    }
}

extension ClientSession.Setback {
    /// Whether the host was of no use before it heard of a message.
    fileprivate var isOfHost: Bool {
        switch self {
        case .refused(_, let stage), .lost(let stage), .timedOut(let stage), .broken(let stage):
            switch stage {
            case .greeting, .hello, .startTLS, .handshake, .authentication, .idle: true
            case .mail, .recipient, .data, .text, .endOfText, .reset, .quit: false
            }
        case .injected, .tlsMissing, .tlsFailed, .authMissing, .authInClear, .authUnsuited, .authUnproven: true
        case .tooBig, .eightBit, .binary, .unicode, .unicodeRecipient, .unprotected, .transactionLimit: false
        }
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

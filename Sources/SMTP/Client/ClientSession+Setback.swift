extension ClientSession {
    /// Why a host didn't take a message, or couldn't be spoken to at all.
    public enum Setback: Sendable, Equatable {
        /// It said no.
        case refused(Reply, at: ClientStage)
        /// It closed the connection.
        case lost(at: ClientStage)
        /// It took longer than ``ClientTimeouts`` allow.
        case timedOut(at: ClientStage)
        /// What it said is no reply, or none to what was asked.
        case broken(at: ClientStage)
        /// Something stood in the clear behind its reply to STARTTLS, as when somebody wants to put words into the
        /// conversation: RFC 3207 §4.2.
        case injected
        /// TLS is required and wasn't offered.
        case tlsMissing
        case tlsFailed
        /// There are credentials, and AUTH wasn't offered.
        case authMissing
        /// There are credentials, and no TLS to protect them.
        case authInClear
        /// No mechanism that is offered can be used with the credentials.
        case authUnsuited
        /// The host didn't show that it knows the password: RFC 5802 §3.
        case authUnproven
        /// The message is bigger than the host's SIZE: RFC 1870 §6.2.
        case tooBig(limit: UInt64)
        /// The message is 8-bit and 8BITMIME isn't offered: RFC 6152 §3.
        case eightBit
        /// The message is binary, and CHUNKING and BINARYMIME aren't offered: RFC 3030 §3.
        case binary
        /// The message or its sender needs SMTPUTF8, which isn't offered: RFC 6531 §3.2.
        case unicode
        /// The recipient's address needs SMTPUTF8, which isn't offered.
        case unicodeRecipient
        /// The message must not go on without REQUIRETLS and a verified host: RFC 8689 §4.2.
        case unprotected
        /// The host takes no more transactions on this connection: RFC 9422 §4.1.
        case transactionLimit
    }
}

extension ClientSession.Setback {
    /// Whether another host of the same destination may do better, this one having said nothing about the message.
    ///
    /// Not behind the end of a message: a second host could take a copy of what the first has taken.
    public var allowsNextHost: Bool {
        switch self {
        case .refused(let reply, let stage):
            switch stage {
            case .recipient, .data, .text, .endOfText: reply.code == 421
            case .greeting, .hello, .startTLS, .handshake, .authentication, .idle, .mail, .reset, .quit: true
            }
        case .lost(let stage), .timedOut(let stage), .broken(let stage): stage != .endOfText
        case .injected, .tlsMissing, .tlsFailed, .authMissing, .authInClear, .authUnsuited, .authUnproven, .tooBig,
            .eightBit, .binary, .unicode, .unicodeRecipient, .unprotected, .transactionLimit:
            true
        }
    }

    /// What it means for a message, when no other host does better.
    public var outcome: ClientSession.Outcome { isPermanent ? .failed(self) : .deferred(self) }

    private var isPermanent: Bool {
        switch self {
        case .refused(let reply, let stage):
            switch stage {
            // RFC 7504 §4: 521 says that there never is mail here; any other greeting may be another tomorrow.
            case .greeting: reply.code == 521
            case .hello, .startTLS, .handshake, .authentication, .idle, .reset, .quit: false
            case .recipient: reply.code >= 500 && !reply.meansTooManyRecipients
            case .mail, .data, .text, .endOfText: reply.code >= 500
            }
        case .tooBig, .eightBit, .binary, .unicode, .unicodeRecipient, .unprotected: true
        case .lost, .timedOut, .broken, .injected, .tlsMissing, .tlsFailed, .authMissing, .authInClear, .authUnsuited,
            .authUnproven, .transactionLimit:
            false
        }
    }

    /// The same for recipients of whom the host hasn't heard yet.
    var forTheUntold: Self {
        switch self {
        case .lost(at: .endOfText): .lost(at: .idle)
        case .timedOut(at: .endOfText): .timedOut(at: .idle)
        case .broken(at: .endOfText): .broken(at: .idle)
        default: self
        }
    }

    /// The reply, where the host gave one.
    public var reply: Reply? { if case .refused(let reply, _) = self { reply } else { nil } }

    /// The status for a report, its class that of the ``outcome``: RFC 3463.
    public var enhanced: EnhancedCode {
        switch self {
        case .refused(let reply, _):
            let status: UInt8 = isPermanent ? 5 : 4
            return EnhancedCode(status, reply.enhanced?.subject ?? 0, reply.enhanced?.detail ?? 0)
        case .lost, .timedOut: return EnhancedCode(4, 4, 2)
        case .broken: return EnhancedCode(4, 5, 0)
        case .injected, .authMissing: return EnhancedCode(4, 7, 0)
        case .tlsMissing: return EnhancedCode(4, 7, 10)
        case .tlsFailed, .authUnproven: return EnhancedCode(4, 7, 5)
        case .authInClear: return EnhancedCode(4, 7, 11)
        case .authUnsuited: return EnhancedCode(4, 7, 4)
        case .tooBig: return EnhancedCode(5, 3, 4)
        case .eightBit: return EnhancedCode(5, 6, 3)
        case .binary: return EnhancedCode(5, 6, 1)
        case .unicode, .unicodeRecipient: return EnhancedCode(5, 6, 7)
        case .unprotected: return EnhancedCode(5, 7, 30)
        case .transactionLimit: return EnhancedCode(4, 5, 3)
        }
    }
}

extension ClientSession.Setback: CustomStringConvertible {
    /// A sentence for the log, and for a report where the host gave no reply.
    public var description: String {
        switch self {
        case .refused(let reply, let stage): "\(reply) (in reply to \(stage.rawValue))"
        case .lost(let stage): "the host closed the connection (\(stage.rawValue))"
        case .timedOut(let stage): "the host was silent for too long (\(stage.rawValue))"
        case .broken(let stage): "the host doesn't keep to SMTP (\(stage.rawValue))"
        case .injected: "the host spoke in the clear behind STARTTLS"
        case .tlsMissing: "the host offers no TLS, which is required"
        case .tlsFailed: "TLS with the host failed"
        case .authMissing: "the host offers no AUTH, which is configured"
        case .authInClear: "the host can't be authenticated to without TLS"
        case .authUnsuited: "the host offers no mechanism of AUTH that can be used"
        case .authUnproven: "the host didn't prove that it knows the password"
        case .tooBig(let limit): "the host takes messages of at most \(limit) bytes"
        case .eightBit: "the host takes no 8-bit messages"
        case .binary: "the host takes no binary messages"
        case .unicode: "the host takes no internationalized messages"
        case .unicodeRecipient: "the host takes no internationalized addresses"
        case .unprotected: "the host can't promise that TLS protects the message"
        case .transactionLimit: "the host takes no more messages on this connection"
        }
    }
}

extension Reply {
    /// RFC 5321 §4.5.3.1.10: what RFC 821 had 552 say where it should have been 452; 552 5.2.2 is a full mailbox.
    fileprivate var meansTooManyRecipients: Bool {
        code == 552 && (enhanced == nil || enhanced == EnhancedCode(5, 5, 3))
    }
}

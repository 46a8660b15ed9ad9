/// What an exchange says, and what it is told.
extension SASLExchange {
    /// What the session is to do next.
    public enum Step: Sendable, Equatable {
        /// Send these bytes as 334 and base64, then wait for the client's response.
        case challenge([UInt8])
        /// Ask the plugins, then call ``SASLExchange/answer(_:)``.
        case ask(Question)
        /// 235 2.7.0; the exchange is over.
        case success(user: String)
        /// The exchange is over.
        case failure(Failure)
    }

    /// What only a plugin knows.
    public enum Question: Sendable, Equatable {
        /// Hook `auth_lookup`: the user's verifier or clear password; with ``SASLMechanism/external`` whether it is a user.
        case lookup(user: String, mechanism: SASLMechanism)
        /// Hook `auth_verify`: is this the user's password? Of PLAIN and LOGIN.
        case verify(user: String, secret: [UInt8])
        /// Hook `auth_token`: is this bearer token good for the user?
        case token(mechanism: SASLMechanism, user: String, token: [UInt8])
    }

    public enum Answer: Sendable, Equatable {
        case verifier(SCRAMVerifier)
        case password([UInt8])
        case yes
        /// Wrong, or no such user: the peer can't tell which.
        case no
        /// Whoever knows can't be asked now.
        case unavailable
    }

    /// Why an exchange ended, with words for the log that hold nothing of what the peer sent.
    public enum Failure: Error, Sendable, Equatable {
        /// 501 5.5.2.
        case malformed(String)
        /// 535 5.7.8.
        case credentials(String)
        /// 501 5.7.0.
        case cancelled
        /// 454 4.7.0.
        case unavailable(String)
        /// 538 5.7.11: the mechanism needs TLS.
        case encryption(String)

        /// The words for the log.
        public var reason: String {
            switch self {
            case .malformed(let reason), .credentials(let reason), .unavailable(let reason), .encryption(let reason):
                reason
            case .cancelled: "the client cancelled it"
            }
        }
    }
}

extension SASLExchange.Question: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What is asked and about whom, without the secret.
    public var description: String {
        switch self {
        case .lookup(let user, let mechanism): "lookup of \(user.debugDescription) for \(mechanism.rawValue)"
        case .verify(let user, _): "verify the password of \(user.debugDescription)"
        case .token(let mechanism, let user, _): "verify the \(mechanism.rawValue) token of \(user.debugDescription)"
        }
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension SASLExchange.Answer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its kind, without the secret.
    public var description: String {
        switch self {
        case .verifier: "a verifier"
        case .password: "a password"
        case .yes: "yes"
        case .no: "no"
        case .unavailable: "unavailable"
        }
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension SASLExchange.Step: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What it is, without the bytes of a challenge.
    public var description: String {
        switch self {
        case .challenge(let bytes): "a challenge of \(bytes.count) bytes"
        case .ask(let question): "ask: \(question)"
        case .success(let user): "success of \(user.debugDescription)"
        case .failure(let failure): "failure: \(failure.reason)"
        }
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

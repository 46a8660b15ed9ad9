/// Who we are to a host.
public struct ClientCredentials: Sendable, Equatable {
    public enum Secret: Sendable, Equatable {
        case password(String)
        /// For OAUTHBEARER and XOAUTH2.
        case token(String)
        /// For EXTERNAL: our certificate says it.
        case certificate
    }

    public var user: String
    public var secret: Secret
    /// Mechanisms that may be used, the best one first.
    public var mechanisms: [SASLMechanism]

    /// Strong mechanisms first: RFC 4954 §4 leaves the choice to the client.
    public static let preference: [SASLMechanism] = [
        .scramSHA256Plus, .scramSHA256, .cramMD5, .plain, .login, .oauthBearer, .xoauth2, .external,
    ]

    /// Neither text may have control characters in it.
    public init(user: String, secret: Secret, mechanisms: [SASLMechanism] = preference) {
        self.user = user
        self.secret = secret
        self.mechanisms = mechanisms
    }

    /// Whether the mechanism works with what we have.
    func suit(_ mechanism: SASLMechanism) -> Bool {
        switch mechanism {
        case .plain, .login, .cramMD5, .scramSHA256, .scramSHA256Plus:
            if case .password = secret { true } else { false }
        case .oauthBearer, .xoauth2: if case .token = secret { true } else { false }
        case .external: secret == .certificate
        }
    }
}

extension ClientCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user, never the secret.
    public var description: String { "credentials of \(user)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ClientCredentials.Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its kind.
    public var description: String {
        switch self {
        case .password: "a password"
        case .token: "a token"
        case .certificate: "a certificate"
        }
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// One plugin's answer to one call.
public struct Verdict: Sendable, Equatable {
    public var code: VerdictCode
    /// What the peer is to be told instead of the hook's default.
    public var reply: Words?

    public init(_ code: VerdictCode, _ reply: Words? = nil) {
        self.code = code
        self.reply = reply
    }

    /// A reply as a plugin gives it: any part may be left to the hook's default.
    public struct Words: Sendable, Equatable {
        /// An SMTP code; 0 stands for the hook's default.
        public var code: UInt16
        /// "5.7.1"; nil stands for the hook's default.
        public var enhanced: String?
        /// Lines separated by LF; empty stands for the hook's default.
        public var text: String

        public init(code: UInt16 = 0, enhanced: String? = nil, text: String) {
            self.code = code
            self.enhanced = enhanced
            self.text = text
        }
    }
}

/// Why a plugin gave no verdict.
public enum Failure: Sendable, Equatable {
    /// The deadline passed.
    case timeout
    /// It answered a number that is no verdict, or a reply whose class contradicts the verdict.
    case nonsense(String)
    /// Its breaker is open, or its lane is stuck: it was not called.
    case unavailable(String)
}

/// What a failure counts as, for one plugin; the operator's choice in `config/plugins.ini`.
public enum FailurePolicy: String, Sendable, CaseIterable {
    case tempfail, `continue`, deny
}

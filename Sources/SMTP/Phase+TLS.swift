extension Phase {
    /// RFC 3207 §4.
    mutating func startTLS(
        hasArgument: Bool,
        next: Int,
        _ standing: Standing,
        _ terms: Terms
    ) throws(Refusal) -> ServerSession.Action {
        guard !hasArgument else { throw Refusal(.noArgument) }
        guard terms.tls == nil else { throw Refusal(503, EnhancedCode(5, 5, 1), "TLS is on already") }
        guard standing.transaction == nil else { throw Refusal(.transactionOpen) }
        guard terms.policy.startTLS != .brokenForNow else {
            throw Refusal(454, EnhancedCode(4, 7, 0), "TLS is not available for now")
        }
        self = .startingTLS
        return .startTLS(Reply(220, EnhancedCode(2, 0, 0), "Ready to start TLS"), consumed: next)
    }

    /// Back to where nobody has said who they are: RFC 3207 §4.2.
    mutating func secure(_ facts: TLSFacts, _ terms: inout Terms) {
        switch consume self {
        case .startingTLS: self = .listening(Standing())
        case .asking(let pending, let standing):
            guard case .connect = pending else { preconditionFailure("TLS began while a question is open") }
            self = .asking(pending, standing)
        case .closed: self = .closed
        case .listening: preconditionFailure("TLS began without STARTTLS")
        case .receiving: preconditionFailure("TLS began while message text is read")
        case .receivingChunk: preconditionFailure("TLS began within a chunk")
        case .discarding: preconditionFailure("TLS began within a chunk that is thrown away")
        case .authenticating: preconditionFailure("TLS began within AUTH")
        case .rejecting: preconditionFailure("TLS began behind a refused client")
        }
        terms.secure(facts)
    }
}

extension ClientPhase {
    mutating func hear(
        _ reply: Reply,
        to question: ClientQuestion,
        isLast: Bool,
        _ terms: inout ClientTerms
    ) -> ClientSession.Action? {
        switch question {
        case .greeting: return hearGreeting(reply, &terms)
        case .hello(let verb): return hearHello(reply, verb, &terms)
        case .startTLS: return hearStartTLS(reply, isLast: isLast, &terms)
        case .authentication: return hearAuthentication(reply, &terms)
        case .reset:
            guard reply.isPositive else { return refused(reply, .reset, &terms) }
            self = .due(.proceed)
            return nil
        case .quit: return perform(.close(nil), &terms)
        }
    }

    /// A host that says no before it has heard of a message; another one may say yes.
    private mutating func refused(
        _ reply: Reply,
        _ stage: ClientStage,
        _ terms: inout ClientTerms
    ) -> ClientSession.Action {
        guard reply.isRefusal else { return fail(.broken(at: stage), &terms) }
        return fail(.refused(reply, at: stage), &terms, saysQuit: true)
    }

    private mutating func hearGreeting(_ reply: Reply, _ terms: inout ClientTerms) -> ClientSession.Action {
        guard reply.code == 220 else { return refused(reply, .greeting, &terms) }
        return sayHello(terms.policy.isLMTP ? .lhlo : .ehlo, &terms)
    }

    private mutating func sayHello(_ verb: HelloVerb, _ terms: inout ClientTerms) -> ClientSession.Action {
        var writer = CommandWriter()
        writer.hello(verb, terms.policy.name)
        terms.reader.capabilities = verb.isExtended ? Capabilities() : nil
        self = .asking(.hello(verb))
        return .write(writer.bytes, consumed: 0)
    }

    private mutating func hearHello(
        _ reply: Reply,
        _ verb: HelloVerb,
        _ terms: inout ClientTerms
    ) -> ClientSession.Action? {
        let capabilities = terms.reader.capabilities
        terms.reader.capabilities = nil
        guard reply.isPositive else {
            // RFC 5321 §3.2: a host that doesn't know EHLO knows HELO.
            guard reply.code >= 500, verb == .ehlo, !terms.policy.needsExtendedHello else {
                return refused(reply, .hello, &terms)
            }
            return sayHello(.helo, &terms)
        }
        terms.capabilities = capabilities ?? Capabilities()
        guard terms.tls == nil, terms.policy.tls != .off else { return authenticate(&terms) }
        if terms.offers(.startTLS) { return ask(.startTLS, "STARTTLS") }
        guard terms.policy.tls != .required else { return fail(.tlsMissing, &terms, saysQuit: true) }
        return authenticate(&terms)
    }

    private mutating func hearStartTLS(
        _ reply: Reply,
        isLast: Bool,
        _ terms: inout ClientTerms
    ) -> ClientSession.Action? {
        if reply.code == 220 {
            guard isLast else { return fail(.injected, &terms) }
            self = .startingTLS
            return .startTLS(consumed: 0)
        }
        guard reply.isRefusal, terms.policy.tls != .required else { return refused(reply, .startTLS, &terms) }
        return authenticate(&terms)
    }

    /// Goes on to AUTH, where there are credentials: then nothing goes without it.
    private mutating func authenticate(_ terms: inout ClientTerms) -> ClientSession.Action? {
        guard let credentials = terms.policy.credentials else {
            self = .due(.proceed)
            return nil
        }
        guard terms.tls != nil || terms.policy.authInClear else { return fail(.authInClear, &terms, saysQuit: true) }
        guard terms.offers(.auth) else { return fail(.authMissing, &terms, saysQuit: true) }
        guard var login = terms.suitableLogin(credentials) else { return fail(.authUnsuited, &terms, saysQuit: true) }
        let command = login.begin()
        terms.login = login
        self = .asking(.authentication)
        return .write(command, consumed: 0)
    }

    private mutating func hearAuthentication(_ reply: Reply, _ terms: inout ClientTerms) -> ClientSession.Action? {
        guard var login = terms.login else { preconditionFailure("nobody authenticates") }
        if reply.code == 334 {
            guard let response = login.respond(to: reply.text) else { return disbelieve(login, &terms) }
            terms.login = login
            self = .asking(.authentication)
            return .write(response, consumed: 0)
        }
        guard reply.isPositive else { return refused(reply, .authentication, &terms) }
        guard login.isSatisfied else { return disbelieve(login, &terms) }
        terms.login = nil
        terms.isAuthenticated = true
        self = .due(.proceed)
        return nil
    }

    /// Goes without another word, which the host would take for a response.
    private mutating func disbelieve(_ login: SASLClient, _ terms: inout ClientTerms) -> ClientSession.Action {
        let isMutual = login.mechanism == .scramSHA256 || login.mechanism == .scramSHA256Plus
        return fail(isMutual ? .authUnproven : .broken(at: .authentication), &terms)
    }

    mutating func tlsStarted(_ terms: inout ClientTerms) -> ClientSession.Action {
        switch consume self {
        case .startingTLS:
            self = .startingTLS
            return sayHello(terms.policy.isLMTP ? .lhlo : .ehlo, &terms)
        case .asking(let question):
            guard case .greeting = question else { preconditionFailure("TLS began without STARTTLS") }
            self = .asking(question)
            return .needInput(consumed: 0, terms.wait(.greeting))
        case .closed:
            self = .closed
            return .needInput(consumed: 0, nil)
        case .due: preconditionFailure("TLS began while something is due")
        case .ready: preconditionFailure("TLS began without STARTTLS, between messages")
        case .transacting: preconditionFailure("TLS began within a transaction")
        case .sending: preconditionFailure("TLS began within a message")
        case .finishing: preconditionFailure("TLS began before the end of a message was answered")
        }
    }

    /// A handshake that fails before the greeting counts like one behind STARTTLS.
    mutating func tlsFailed(_ terms: inout ClientTerms) -> ClientSession.Action {
        guard !isClosed else { return .needInput(consumed: 0, nil) }
        return fail(.tlsFailed, &terms)
    }
}

extension Reply {
    /// Whether what was asked is done.
    var isPositive: Bool { code < 300 }
}

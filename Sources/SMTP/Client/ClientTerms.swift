/// What a calling session knows of the host, and what it was told to do.
struct ClientTerms {
    let policy: ClientPolicy
    let limits: ClientLimits
    let cryptography: (any SASLCryptography)?
    /// nil without TLS.
    private(set) var tls: TLSFacts?
    private(set) var isVerified = false
    var capabilities = Capabilities()
    var reader = ReplyReader()
    /// The authentication under way.
    var login: SASLClient?
    var isAuthenticated = false
    /// The message that was given and isn't settled.
    var transaction: ClientTransaction?
    /// MAIL commands so far.
    var transactions = 0
    /// Counts the waits for the peer.
    var waits: UInt64 = 0

    init(policy: ClientPolicy, limits: ClientLimits, cryptography: (any SASLCryptography)?) {
        precondition(limits.recipients > 0 && limits.chunkBytes > 0, "a transaction has a recipient, a chunk a byte")
        self.policy = policy
        self.limits = limits
        self.cryptography = cryptography
    }

    /// Nothing that was learned in the clear counts any more: RFC 3207 §4.2.
    mutating func secure(_ facts: TLSFacts, isVerified: Bool) {
        tls = facts
        self.isVerified = isVerified
        capabilities = Capabilities()
        isAuthenticated = false
    }

    func offers(_ extensions: Extensions) -> Bool { capabilities.extensions.contains(extensions) }

    var pipelines: Bool { policy.pipelines && offers(.pipelining) }

    /// Whether the host takes no further MAIL on this connection: RFC 9422 §4.1.
    var isExhausted: Bool { capabilities.transactions.map { transactions >= $0 } ?? false }

    func wait(_ stage: ClientStage) -> ClientSession.Wait? {
        limits.timeouts[stage].map { ClientSession.Wait(number: waits, limit: $0) }
    }

    /// What replies may be at a stage.
    func bounds(_ stage: ClientStage) -> ReplyReader.Bounds {
        let isChallenge = stage == .authentication
        return ReplyReader.Bounds(
            line: isChallenge ? limits.challengeLine : limits.replyLine,
            lines: limits.replyLines,
            text: isChallenge ? limits.challengeLine : limits.replyText
        )
    }

    /// The authentication to try, the best of what both sides have; nil if there is none.
    func suitableLogin(_ credentials: ClientCredentials) -> SASLClient? {
        for mechanism in credentials.mechanisms where capabilities.mechanisms.contains(mechanism) {
            let login = SASLClient(
                mechanism,
                credentials,
                tls: tls,
                offersPlus: capabilities.mechanisms.contains(.scramSHA256Plus),
                limits: limits,
                cryptography: cryptography
            )
            if let login { return login }
        }
        return nil
    }
}

internal import Hooks
internal import Mail
internal import PluginHost
internal import Queue
internal import SMTP
internal import System
internal import Wire

/// What every conversation of one configuration shares; a reload makes a new one for new connections.
final class House: Sendable {
    let settings: ServerSettings
    let tls: TLSConfiguration
    let table: HookTable
    let journal: Journal
    private let greeting: String
    let damper: AuthDamper
    /// One for each ``PolicyFacts``, at its index.
    private let rules: [SessionRules]
    /// Where big messages are written as they come; nil keeps them in memory.
    let spool: Spool?
    /// Where mail is kept that is to be delivered elsewhere; nil where nothing is relayed.
    let queue: Queue?
    /// What the clock on the wall is ahead of UTC, looked up once a minute.
    private let zone = Locked((minute: Int64.min, offset: 0))

    init(
        _ configuration: Configuration,
        table: HookTable,
        log: LogSink,
        damper: AuthDamper = AuthDamper(),
        cryptography: OpenSSLCryptography = OpenSSLCryptography(),
        spool: Spool? = nil,
        queue: Queue? = nil
    ) {
        self.spool = spool
        self.queue = queue
        self.damper = damper
        settings = configuration.settings
        tls = configuration.tls
        self.table = table
        journal = Journal(log: log)
        greeting = settings.policy.greetingReply.text
        let (policy, limits) = (settings.policy, settings.limits)
        rules = PolicyFacts.all.map {
            SessionRules(policy: $0.applied(to: policy), limits: limits, cryptography: cryptography)
        }
    }

    var limits: Limits { settings.limits }

    /// The rules for a connection to a port from an address.
    func rules(port: Int?, remote: String?, _ listener: ListenerOptions) -> SessionRules {
        var facts = PolicyFacts()
        facts.isLMTP = listener.dialect == .lmtp
        facts.startTLS = listener.tls == .off ? .off : tls.startTLS(port: port, remote: remote)
        facts.isSubmission = port.map { settings.auth.submissionPorts.contains($0) } ?? false
        facts.mayAuthInClear = settings.auth.privateWithoutTLS && remote.map { PrivateNetworks.contains($0) } ?? false
        return rules[facts.index]
    }

    func newID() -> String { Randomness.uuid() }

    /// The greeting that names the connection; nil: the session's own.
    func greeting(_ id: String) -> Reply? {
        guard settings.bannerCharacters > 0 else { return nil }
        return Reply(220, "\(greeting) (\(Substring(id.utf8.prefix(settings.bannerCharacters))))")
    }

    /// A plugin's words, or the hook's default ones.
    ///
    /// A plugin's code counts where it refuses or accepts as the hook does: STOP or DISCONNECT may come with any code, and
    /// a refusal that says 250 is none.
    func reply(_ words: Verdict.Words?, code: UInt16, _ enhanced: String, _ text: String) -> Reply {
        let code = words.map { Self.isLike($0.code, code) ? $0.code : code } ?? code
        let said = words?.text ?? ""
        var detail = words?.enhanced.flatMap { EnhancedCode($0) } ?? EnhancedCode(enhanced)
        let status = UInt8(code / 100)
        if let known = detail, known.status != status {
            detail = [2, 4, 5].contains(status) ? EnhancedCode(status, known.subject, known.detail) : nil
        }
        return Reply(code, detail, said.isEmpty ? text : said)
    }

    private static func isLike(_ given: UInt16, _ code: UInt16) -> Bool {
        code >= 400 ? given >= 400 : (200...299).contains(given)
    }

    /// The text of a refusal for which the plugin had no words: what the peer may know of why.
    func text(_ words: Effect.Words, _ outcome: Outcome) -> String {
        switch outcome.failure {
        case .timeout: "plugin timeout"
        case .nonsense, .unavailable: "plugin failure"
        case nil: words.text
        }
    }

    /// A refusal with the connection's id in front, where the administrator wants that.
    func tagged(_ reply: Reply, _ id: String) -> Reply {
        guard settings.denyCharacters > 0, reply.isRefusal else { return reply }
        var tagged = reply
        let tag = "[\(id.prefix(settings.denyCharacters))@\(settings.hostname)] "
        tagged.text = reply.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { tag + $0 }.joined(separator: "\n")
        return tagged
    }

    static let busy = Reply(452, EnhancedCode(4, 3, 1), "Too much mail is being received, try again later")
    static let diskFails = Reply(452, EnhancedCode(4, 3, 1), "There is no room for this message now, try again later")
    static let nobodyLeft = Reply(554, EnhancedCode(5, 5, 1), "No valid recipients")
    static let looping = Reply(550, EnhancedCode(5, 4, 6), "Too many hops: this message is going round in a loop")

    static let queueFails = Reply(452, EnhancedCode(4, 3, 1), "The message can't be queued now, try again later")

    private func minutesEastOfUTC(at seconds: Int64) -> Int {
        zone.withLock { zone in
            if zone.minute != seconds / 60 { zone = (seconds / 60, SystemTime.utcOffset(at: seconds) / 60) }
            return zone.offset
        }
    }

    /// The time on the wall.
    var now: MailDate {
        let seconds = SystemTime.wallSeconds
        return MailDate(secondsSinceEpoch: seconds, minutesEastOfUTC: minutesEastOfUTC(at: seconds))
    }
}

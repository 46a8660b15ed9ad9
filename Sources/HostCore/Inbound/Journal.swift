internal import Hooks
internal import Mail
internal import PluginHost
internal import SMTP

/// What a conversation leaves in the log: one line for each refusal, transaction and connection.
struct Journal: Sendable {
    let log: LogSink

    func refused(_ refusal: Refusal, id: String) {
        log.info(Refusal.message, id: id, plugin: refusal.plugin, refusal.fields)
    }

    func ended(_ transaction: TransactionSummary) {
        log.info(transaction)
    }

    func ended(_ connection: ConnectionSummary) {
        log.info(connection)
    }
}

extension Refusal {
    /// What a plugin refused, or a failure in its stead.
    init(_ step: Step, _ outcome: Outcome, plugin: String?, _ reply: Reply, fact: String) {
        self.init(
            hook: step.hook.name,
            plugin: plugin,
            verdict: outcome.code.refuses || outcome.code == .disconnect ? outcome.code.name : Self.word(reply),
            code: Int(reply.code),
            enhanced: reply.enhanced.map { "\($0)" } ?? "",
            reply: reply.text,
            fact: Self.failure(outcome.failure) ?? fact
        )
    }

    /// What the protocol refused without asking anybody.
    init(protocol reply: Reply) {
        self.init(
            hook: "",
            plugin: nil,
            verdict: Self.word(reply),
            code: Int(reply.code),
            enhanced: reply.enhanced.map { "\($0)" } ?? "",
            reply: reply.text,
            fact: "protocol"
        )
    }

    /// What the server answers in a plugin's stead.
    private static func word(_ reply: Reply) -> String { reply.code < 500 ? "DENYSOFT" : "DENY" }

    private static func failure(_ failure: Failure?) -> String? {
        switch failure {
        case .timeout: "the plugin gave no verdict in time"
        case .nonsense(let what), .unavailable(let what): what
        case nil: nil
        }
    }
}

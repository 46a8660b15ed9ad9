/// What became of one transaction: the fields of its one summary line.
struct TransactionSummary: LogSummary, Sendable, Equatable {
    enum Verdict: String, Sendable {
        /// A queue plugin has taken the message.
        case accepted
        case rejected
        case deferred
        /// It ended without a message: RSET, QUIT, or a connection that broke.
        case aborted
    }

    /// The transaction's id, the line's own.
    var id: String
    var ip = ""
    var rdns = ""
    var helo = ""
    /// The TLS version and cipher, or nil without TLS.
    var tls: String?
    /// Who has authenticated.
    var auth: String?
    var from = ""
    /// The first accepted recipients, five at most, separated by commas.
    var to = ""
    var rcptsAccepted = 0
    var rcptsDeferred = 0
    var rcptsRejected = 0
    /// The message's bytes as received.
    var size = 0
    var verdict = Verdict.aborted
    /// The code of the reply that settled it.
    var code = 0
    /// Who settled it.
    var plugin: String?
    /// What the queue plugin said.
    var queueText = ""
    var duration = Duration.zero

    static let message = "transaction"

    /// Always all of them in this order; what isn't there is empty.
    func each(_ field: (String, LogValue) -> Void) {
        field("ip", .text(ip))
        field("rdns", .text(rdns))
        field("helo", .text(helo))
        field("tls", .text(tls ?? ""))
        field("auth", .text(auth ?? ""))
        field("from", .text(from))
        field("to", .text(to))
        field("rcpts", .counts(rcptsAccepted, rcptsDeferred, rcptsRejected))
        field("size", LogValue(size))
        field("verdict", .text(verdict.rawValue))
        field("code", LogValue(code))
        field("plugin", .text(plugin ?? ""))
        field("queue_text", .text(queueText))
        field("seconds", .seconds(duration))
    }
}

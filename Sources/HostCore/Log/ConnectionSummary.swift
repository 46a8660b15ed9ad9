/// What became of one connection: the fields of the line at its end, named as Haraka names them.
struct ConnectionSummary: Sendable, Equatable {
    /// How many were accepted, deferred and rejected.
    struct Counts: Sendable, Equatable {
        var accepted = 0
        var deferred = 0
        var rejected = 0

        fileprivate var value: LogValue { .text("\(accepted)/\(deferred)/\(rejected)") }
    }

    /// The connection's id, the line's own.
    var id: String
    var ip = ""
    var rdns = ""
    var helo = ""
    var relay = false
    /// Whether the peer spoke before the greeting.
    var early = false
    var esmtp = false
    var tls = false
    var pipe = false
    var errors = 0
    var transactions = 0
    var rcpts = Counts()
    var messages = Counts()
    var bytes = 0
    /// The last reply's text, if it was a refusal.
    var lastReject = ""
    var duration = Duration.zero

    static let message = "disconnect"

    /// Always all of them in this order.
    var fields: [LogField] {
        [
            ("ip", .text(ip)), ("rdns", .text(rdns)), ("helo", .text(helo)), ("relay", Self.letter(relay)),
            ("early", Self.letter(early)), ("esmtp", Self.letter(esmtp)), ("tls", Self.letter(tls)),
            ("pipe", Self.letter(pipe)), ("errors", LogValue(errors)), ("txns", LogValue(transactions)),
            ("rcpts", rcpts.value), ("msgs", messages.value), ("bytes", LogValue(bytes)), ("lr", .text(lastReject)),
            ("time", .seconds(duration)),
        ]
    }

    private static func letter(_ flag: Bool) -> LogValue { .text(flag ? "Y" : "N") }
}

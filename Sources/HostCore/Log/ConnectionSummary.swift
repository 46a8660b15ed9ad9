/// What became of one connection: the fields of the line at its end, named as Haraka names them.
struct ConnectionSummary: LogSummary, Sendable, Equatable {
    /// How many were accepted, deferred and rejected.
    struct Counts: Sendable, Equatable {
        var accepted = 0
        var deferred = 0
        var rejected = 0

        fileprivate var value: LogValue { .counts(accepted, deferred, rejected) }
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
    var pipe = false
    /// The TLS version and cipher, or nil without TLS.
    var cipher: String?
    /// Who has authenticated.
    var auth: String?
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
    func each(_ field: (String, LogValue) -> Void) {
        field("ip", .text(ip))
        field("rdns", .text(rdns))
        field("helo", .text(helo))
        field("relay", Self.letter(relay))
        field("early", Self.letter(early))
        field("esmtp", Self.letter(esmtp))
        field("tls", Self.letter(cipher != nil))
        field("pipe", Self.letter(pipe))
        field("errors", LogValue(errors))
        field("txns", LogValue(transactions))
        field("rcpts", rcpts.value)
        field("msgs", messages.value)
        field("bytes", LogValue(bytes))
        field("lr", .text(lastReject))
        field("time", .seconds(duration))
    }

    private static func letter(_ flag: Bool) -> LogValue { .text(flag ? "Y" : "N") }
}

/// Why something was refused: the fields of a refusal's line.
struct Refusal: Sendable, Equatable {
    var hook: String
    /// Who refused; nil when no plugin did.
    var plugin: String?
    /// The hook's return code by name, such as `DENYSOFT`.
    var verdict: String
    var code: Int
    /// The enhanced status code, or empty.
    var enhanced = ""
    /// The reply's text as the peer got it.
    var reply: String
    /// What decided, for the operator: the list, the address, the failure.
    var fact = ""

    static let message = "refused"

    /// Always all of them in this order.
    var fields: [LogField] {
        [
            ("hook", .text(hook)), ("plugin", .text(plugin ?? "")), ("verdict", .text(verdict)),
            ("code", LogValue(code)),
            ("enhanced", .text(enhanced)), ("reply", .text(reply)), ("fact", .text(fact)),
        ]
    }
}

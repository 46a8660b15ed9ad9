/// What each verdict on each hook does to a conversation: reference §3.2, as the client sees it.
struct EffectTable {
    enum Fate: String {
        /// The conversation goes on.
        case stay
        /// Every later command but QUIT gets the same reply.
        case loop
        case close
    }

    struct Effect: Equatable {
        let code: String
        let fate: Fate

        /// "554 loop"; a code alone stays.
        init(_ text: String) {
            let parts = text.split(separator: " ")
            code = String(parts[0])
            fate = parts.count > 1 ? Fate(rawValue: String(parts[1])) ?? .stay : .stay
        }
    }

    /// One verdict on one hook.
    struct Case: CustomStringConvertible, Sendable {
        let hook: String
        let verdict: Int
        let effect: String
        var description: String { "\(hook) \(verdict) is \(effect)" }
    }

    static let cont = 900, stop = 901, deny = 902, denySoft = 903, denyDisconnect = 904, disconnect = 905
    static let ok = 906, nextHook = 907, delay = 908, denySoftDisconnect = 909
    static let verdicts = Array(900...909)

    let hook: String
    /// CONT, and all that the row doesn't name.
    let otherwise: String
    var ok: String?
    var deny: String?
    var soft: String?
    var denyClosing: String?
    var softClosing: String?
    var disconnect: String?

    static let rows = [
        EffectTable(hook: "connect_init", otherwise: "220"),
        EffectTable(
            hook: "lookup_rdns",
            otherwise: "220",
            deny: "554 loop",
            soft: "421 loop",
            denyClosing: "554 close",
            softClosing: "421 close",
            disconnect: "554 close"
        ),
        EffectTable(
            hook: "connect",
            otherwise: "220",
            deny: "554 loop",
            soft: "421 loop",
            denyClosing: "554 close",
            softClosing: "421 close",
            disconnect: "554 close"
        ),
        EffectTable(
            hook: "helo",
            otherwise: "250",
            deny: "550",
            soft: "450",
            denyClosing: "550 close",
            softClosing: "450 close"
        ),
        EffectTable(
            hook: "ehlo",
            otherwise: "250",
            deny: "550",
            soft: "450",
            denyClosing: "550 close",
            softClosing: "450 close"
        ),
        EffectTable(hook: "capabilities", otherwise: "250"),
        EffectTable(
            hook: "unrecognized_command",
            otherwise: "500",
            ok: "250",
            denyClosing: "521 close",
            softClosing: "421 close"
        ),
        EffectTable(
            hook: "vrfy",
            otherwise: "252",
            ok: "250",
            deny: "550",
            soft: "450",
            denyClosing: "550 close",
            softClosing: "450 close"
        ),
        EffectTable(hook: "noop", otherwise: "250", deny: "500", denyClosing: "500 close"),
        EffectTable(hook: "rset", otherwise: "250"),
        EffectTable(
            hook: "mail",
            otherwise: "250",
            deny: "550",
            soft: "450",
            denyClosing: "550 close",
            softClosing: "450 close"
        ),
        EffectTable(
            hook: "rcpt",
            otherwise: "550",
            ok: "250",
            deny: "550",
            soft: "450",
            denyClosing: "550 close",
            softClosing: "450 close"
        ),
        EffectTable(
            hook: "rcpt_ok",
            otherwise: "250",
            deny: "550",
            soft: "450",
            denyClosing: "550 close",
            softClosing: "450 close"
        ),
        EffectTable(
            hook: "data",
            otherwise: "354",
            deny: "554",
            soft: "451",
            denyClosing: "554 close",
            softClosing: "451 close"
        ),
        EffectTable(
            hook: "data_post",
            otherwise: "250",
            deny: "550",
            soft: "450",
            denyClosing: "550 close",
            softClosing: "450 close"
        ),
        // RFC 1870 §6.3 has 552 where Haraka says 550.
        EffectTable(hook: "max_data_exceeded", otherwise: "552", soft: "450"),
        EffectTable(
            hook: "queue",
            otherwise: "451",
            ok: "250",
            deny: "550",
            soft: "450",
            denyClosing: "550 close",
            softClosing: "450 close"
        ),
        EffectTable(
            hook: "queue_outbound",
            otherwise: "451",
            ok: "250",
            deny: "550",
            soft: "450",
            denyClosing: "550 close",
            softClosing: "450 close"
        ),
        EffectTable(hook: "queue_ok", otherwise: "250"),
        EffectTable(hook: "quit", otherwise: "221 close"),
        EffectTable(hook: "reset_transaction", otherwise: "250"),
        EffectTable(hook: "disconnect", otherwise: "221 close"),
    ]

    static let cases = rows.flatMap { row in
        verdicts.map { Case(hook: row.hook, verdict: $0, effect: row.effect($0)) }
    }

    private func effect(_ verdict: Int) -> String {
        let named: String? =
            switch verdict {
            case Self.ok: ok
            case Self.deny: deny
            case Self.denySoft: soft
            case Self.denyDisconnect: denyClosing
            case Self.denySoftDisconnect: softClosing
            case Self.disconnect: disconnect
            default: nil
            }
        return named ?? otherwise
    }
}

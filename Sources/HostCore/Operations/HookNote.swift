internal import Hooks

/// What the host does around a hook that neither the catalogue nor a verdict's effect says.
enum HookNote {
    static func text(_ hook: Hook) -> String? {
        if unasked.contains(hook) { return "**Not asked in this version.** It may be registered." }
        return notes[hook]
    }

    /// Hooks of what the server does not do yet: delivery to other hosts.
    private static let unasked: Set<Hook> = [
        .preSendTransEmail, .sendEmail, .getMX, .delivered, .deferred, .bounce,
    ]

    private static let authentication =
        "DENYSOFT, or a plugin that fails, is `454 4.7.0`; any other verdict is `535 5.7.8`. A plugin needs the capability "
        + "`auth.secret`. Who has authenticated is relaying."

    private static let notes: [Hook: String] = [
        .initMaster: startUp,
        .initChild: startUp,
        .lookupRDNS: "OK with a text makes it `remote_host`. The server asks no DNS itself in this version.",
        .ehlo: "Accepted, `capabilities` follows.",
        .capabilities:
            "`session.add_capability` adds the lines. A line `AUTH MECHANISM ...` names mechanisms that the plugin serves; the "
            + "server offers those of them that the connection allows.",
        .authLookup:
            "OK answers with `session.set_verifier` or, as the reply's text, with the clear password, which is told nobody. "
            + "OK alone says that the user exists, which is enough for EXTERNAL. " + authentication,
        .authVerify: "Of PLAIN and LOGIN: OK says that the password is right. " + authentication,
        .authToken: "Of OAUTHBEARER and XOAUTH2: OK says that the token is good. " + authentication,
        .unrecognizedCommand:
            "HELP is asked here too, with `command` HELP: OK answers 214 with the plugin's words, other "
            + "verdicts but a refusal leave it to the server. With "
            + "`session.identify` OK lets the connection stand for another client, who is greeted anew.",
        .vrfy: "OK answers 250 with the plugin's words; where nobody minds, 252 says that the server won't tell.",
        .mail: "A refusal ends the transaction.",
        .rcpt:
            "OK accepts the recipient. Without OK it is accepted for a relaying client only; else it is refused with "
            + "`550 5.7.1 I cannot deliver mail for ADDRESS`. `rcpt_ok` follows.",
        .rcptOk: "A refusal takes the recipient out again.",
        .data: "A refusal ends the transaction.",
        .dataPost: "Then `queue_outbound` for a relaying client, else `queue`. A refusal ends the transaction.",
        .queue: outcome,
        .queueOutbound: outcome,
        .queueOk: "`queue_text` is what the queue plugin said. The 250 that follows carries the transaction's id.",
        .deny:
            "The facts are those of the hook that refused; outside a transaction its fields are absent. CONT asks the next "
            + "plugin of `deny`, any other verdict but OK leaves the refusal as it is.",
    ]

    private static let startUp = "Any outcome but CONT and OK keeps the server from starting."
    private static let outcome =
        "OK accepts the message with 250. In every case the transaction ends, and "
        + "`reset_transaction` follows."
}

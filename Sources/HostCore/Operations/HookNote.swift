internal import Hooks

/// What the host does around a hook that neither the catalogue nor a verdict's effect says.
enum HookNote {
    static func text(_ hook: Hook) -> String? { notes[hook] }

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
        .queue: outcome + " With `outbound.enqueue` OK has the server queue the message for delivery elsewhere.",
        .queueOutbound:
            "OK accepts the message with 250. What no plugin takes (CONT) the server queues itself, and delivers; `451` is for a "
            + "server without a queue. In every case the transaction ends, and `reset_transaction` follows.",
        .preSendTransEmail:
            "A refusal keeps the message out of the queue and is the client's reply; a plugin that fails refuses for now, "
            + "so that nothing goes unsigned. Mail that plugins submit is asked about too, reports to senders are not.",
        .sendEmail:
            "DELAY with a number of seconds puts the message off, which counts as no attempt; any other verdict lets it go. "
            + perMessage,
        .getMX:
            "OK takes the next hops of `outbound.add_next_hop`; the one that stands for the server's own plugins has `rcpt_ok` and "
            + "`queue` asked about the message, for one recipient at a time. DENY fails the message for good (5.1.2), DENYSOFT, OK without "
            + "a next hop and a plugin that fails defer it; CONT leaves it to `outbound.routes.ini` and DNS. "
            + perMessage,
        .delivered: "Once for each recipient; the verdict counts for nothing. " + notesOfMail,
        .deferred:
            "Once for each recipient. DENYSOFT with a number of seconds sets the time of the next try, DENY gives up: the "
            + "sender is told, and hook `bounce` is asked. " + notesOfMail,
        .bounce:
            "Once for each recipient that failed for good. Any verdict but CONT keeps the report from the sender, and the log "
            + "says so. " + notesOfMail,
        .queueOk: "`queue_text` is what the queue plugin said. The 250 that follows carries the transaction's id.",
        .deny:
            "The facts are those of the hook that refused; outside a transaction its fields are absent. CONT asks the next "
            + "plugin of `deny`, any other verdict but OK leaves the refusal as it is.",
    ]

    private static let perMessage =
        "Asked before each try of a message for one destination. " + notesOfMail
    private static let notesOfMail =
        "The transaction has the notes that were made when the mail was queued; what is noted now lasts for this call."
    private static let startUp = "Any outcome but CONT and OK keeps the server from starting."
    private static let outcome =
        "OK accepts the message with 250. In every case the transaction ends, and "
        + "`reset_transaction` follows."
}

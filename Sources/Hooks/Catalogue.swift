/// The table of hooks: the one place that says what each offers, how its chain runs and what it understands.
///
/// The parameters are fields of `hk_args`; registration, libffi plans, `describe` and the hook pages are made from here.
public enum Catalogue {
    /// How a chain treats the verdicts of its plugins.
    public enum Run: Sendable {
        /// The first verdict other than CONT ends it.
        case first
        /// Every plugin runs, whatever the others say.
        case every
    }

    /// When a chain may start.
    public enum When: Sendable {
        /// Only while the peer is there.
        case connected
        /// Also after the peer has gone; starting it cancels the call in flight.
        case required
        /// Not on behalf of a connection.
        case detached
    }

    public struct Row: Sendable {
        public let name: String
        public let run: Run
        public let when: When
        /// Whether a refusal has an effect, and so can be lifted by the hook `deny`.
        public let refusable: Bool
        /// Names of the fields of `hk_args` that are filled.
        public let offers: [String]
        /// One line for the hook pages.
        public let purpose: String

        init(
            _ name: String,
            _ offers: [String],
            run: Run = .first,
            when: When = .connected,
            refusable: Bool = true,
            _ purpose: String
        ) {
            self.name = name
            self.run = run
            self.when = when
            self.refusable = refusable
            self.offers = offers
            self.purpose = purpose
        }
    }

    private static let call = ["ud", "call"]
    private static let peer = call + ["session", "remote_ip", "remote_port", "local_ip", "local_port"]
    private static let named = peer + ["remote_host", "tls", "relaying"]
    private static let greeted = named + ["hello_host", "esmtp", "auth_user"]
    private static let sender = greeted + ["txn", "mail_address", "mail_user", "mail_domain", "mail_size"]
    private static let recipient =
        sender + ["rcpt_address", "rcpt_user", "rcpt_domain", "rcpt_original", "rcpt_index", "rcpt_count"]
    private static let body = sender + ["rcpt_count", "size"]
    private static let entry =
        call + [
            "txn", "queue_id", "mail_address", "mail_user", "mail_domain", "rcpt_count", "domain", "size", "attempts",
        ]
    private static let hop =
        entry + ["rcpt_address", "rcpt_user", "rcpt_domain", "rcpt_original", "rcpt_index", "next_hop", "next_port"]
        + ["response"]
    private static let auth = greeted + ["auth_mechanism"]

    public static let rows: [Row] = [
        Row("init_master", call, when: .detached, "the server has loaded its plugins and is about to serve"),
        Row("init_child", call, when: .detached, "as init_master, behind it: Haraka runs it in each worker"),
        Row("connect_init", peer, run: .every, refusable: false, "a client has connected"),
        Row("lookup_rdns", peer, "find the client's reverse name; OK with the name as the reply settles it"),
        Row("connect", named, "the client waits for the greeting"),
        Row("helo", greeted, "HELO was given"),
        Row("ehlo", greeted, "EHLO was given"),
        Row("capabilities", greeted, refusable: false, "add lines to the EHLO reply"),
        Row("unrecognized_command", greeted + ["command", "argument"], "a command that the server does not know"),
        Row("vrfy", greeted + ["argument"], "VRFY was given"),
        Row("noop", greeted, "NOOP was given"),
        Row("rset", greeted, refusable: false, "RSET was given"),
        Row("mail", sender, "MAIL FROM was given"),
        Row("rcpt", recipient, "RCPT TO was given; somebody must answer OK, or the client be relaying"),
        Row("rcpt_ok", recipient, "a recipient was accepted"),
        Row("data", sender + ["rcpt_count"], "DATA was given, no text has been read"),
        Row("data_post", body, "the whole message has been read"),
        Row("max_data_exceeded", body, "the message is larger than max.bytes; it is refused in any case"),
        Row("queue", body, "take the message; OK vouches that it is durable"),
        Row("queue_outbound", body, "take a relaying client's message for delivery elsewhere"),
        Row("queue_ok", body + ["queue_text"], refusable: false, "the message was taken"),
        Row("quit", greeted, refusable: false, "QUIT was given"),
        Row("reset_transaction", sender + ["rcpt_count"], when: .required, refusable: false, "a transaction ends"),
        Row("disconnect", greeted, run: .every, when: .required, refusable: false, "the connection has ended"),
        Row(
            "deny",
            recipient + ["denied_hook", "denied_plugin", "denied_text", "denied_verdict"],
            refusable: false,
            "a plugin refused, a password or token apart; OK lifts the refusal and the plugins behind it go on"
        ),
        Row("log", ["ud", "log_level", "log_text"], when: .detached, refusable: false, "a line is logged"),
        Row("auth_lookup", auth, "give the verifier or the clear password of a user"),
        Row("auth_verify", auth + ["auth_secret"], "is this the user's password?"),
        Row("auth_token", auth + ["auth_token"], "is this token good for the user?"),
        Row("pre_send_trans_email", body, "a message is about to enter the outbound queue"),
        Row("send_email", entry, when: .detached, refusable: false, "a delivery is about to start"),
        Row("get_mx", entry, when: .detached, "name the next hops of a message"),
        Row("delivered", hop + ["delay_ms"], when: .detached, refusable: false, "the next host took the message"),
        Row("deferred", hop + ["delay_ms"], when: .detached, refusable: false, "a try failed for now"),
        Row("bounce", hop, when: .detached, refusable: false, "a delivery failed for good"),
    ]
}

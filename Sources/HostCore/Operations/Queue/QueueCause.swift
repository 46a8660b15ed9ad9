/// Why a recipient doesn't have a message yet, or never will.
///
/// ``rules`` find it in what was said last; ``QueueCause/sentence(_:)`` and ``QueueCause/advice(_:)`` are what is told of it.
enum QueueCause: String, CaseIterable, Sendable {
    // What this server has found.
    case notReached, noAddress, noAnswerFromDNS, nullMX, noSuchDomain, loop
    case silent, lost, notSMTP
    case tlsFailed, tlsMissing, certificate, daneMismatch, daneUnknown, mtaSTS
    case authUnusable, authInClear
    case tooBig, no8Bit, noBinary, noUnicode, noRequireTLS
    case unreadable, brokenOff, givenUp, heldHere, plugin
    // What a host has said.
    case authRefused, tlsDemanded
    case greylisted, rateLimited, mailboxFull, hostFull, busy
    case noSuchMailbox, mailboxOff, blocked, unproven, spam
    case later, refused
    /// Something else.
    case other

    init(_ reply: LastReply) { self = Self.rules.first { $0.applies(reply) }?.cause ?? .other }

    /// What has to be so for a cause; the first that fits counts.
    struct Rule: Sendable {
        let cause: QueueCause
        let applies: @Sendable (LastReply) -> Bool

        init(_ cause: QueueCause, _ applies: @escaping @Sendable (LastReply) -> Bool) {
            self.cause = cause
            self.applies = applies
        }
    }

    static let rules = ours + theirs

    private static let ours = [
        Rule(.givenUp) { $0.isOurs && ($0.says("given up by the administrator") || $0.says("given up by the plugin")) },
        Rule(.heldHere) { $0.isOurs && $0.says("held by the server") },
        Rule(.plugin) { $0.isOurs && $0.says("(hook ") },
        Rule(.daneUnknown) { $0.isOurs && $0.says("tlsa records can't be had") },
        Rule(.mtaSTS) { $0.isOurs && $0.says("mta-sts") },
        Rule(.daneMismatch) { $0.isOurs && $0.says("tls with the host failed") && $0.says("dane", "tlsa") },
        Rule(.certificate) { $0.isOurs && $0.says("tls with the host failed") && $0.says("certificate", "hostname") },
        Rule(.tlsFailed) { $0.isOurs && $0.says("tls with the host failed", "in the clear behind starttls") },
        Rule(.tlsMissing) { $0.isOurs && $0.says("offers no tls") },
        Rule(.notReached) { $0.isOurs && $0.says("the host wasn't reached") },
        Rule(.nullMX) { $0.isOurs && $0.says("null mx") },
        Rule(.noSuchDomain) { $0.isOurs && $0.says("there is no domain", "is no domain", "is no host's name") },
        Rule(.loop) { $0.isOurs && $0.says("comes back to this server") },
        Rule(.noAddress) { $0.isOurs && $0.says("has no address", "is no address") },
        Rule(.authInClear) { $0.isOurs && $0.says("authenticated to without tls") },
        Rule(.authUnusable) { $0.isOurs && $0.says("offers no auth", "mechanism of auth", "the password") },
        Rule(.silent) { $0.isOurs && $0.says("silent for too long") },
        Rule(.lost) {
            $0.isOurs && $0.says("closed the connection", "connection had ended", "no more messages on this")
        },
        Rule(.notSMTP) { $0.isOurs && $0.says("doesn't keep to smtp") },
        Rule(.tooBig) { $0.isOurs && $0.says("takes messages of at most") },
        Rule(.no8Bit) { $0.isOurs && $0.says("no 8-bit messages") },
        Rule(.noBinary) { $0.isOurs && $0.says("no binary messages") },
        Rule(.noUnicode) { $0.isOurs && $0.says("no internationalized") },
        Rule(.noRequireTLS) { $0.isOurs && $0.says("can't promise that tls") },
        Rule(.unreadable) { $0.isOurs && $0.says("can't be read here") },
        Rule(.brokenOff) { $0.isOurs && $0.says("broken off here") },
        Rule(.noAnswerFromDNS) {
            $0.isOurs && $0.says("the mx of ", "dns", "resolver", "servfail", "no answer in time")
        },
        Rule(.noAnswerFromDNS) { $0.isOurs && $0.says("no record can be read", " aaaa: ", " a: ") },
    ]

    /// RFC 3463 and the IANA registry first, then what the large providers write.
    private static let theirs = [
        Rule(.authRefused) { $0.step == "AUTH" || $0.isReply(535, 534, 538) },
        Rule(.tlsDemanded) { $0.isReply(530) || !$0.isOurs && $0.says("must issue a starttls", "must issue starttls") },
        Rule(.nullMX) { $0.isAbout(1, 10) || $0.isReply(556) },
        Rule(.greylisted) { !$0.isOurs && $0.says("greylist", "graylist", "grey-list", "grey list", "greylisting") },
        Rule(.mailboxFull) {
            $0.isAbout(2, 2)
                || !$0.isOurs && $0.says("mailbox full", "mailbox is full", "over quota", "quota exceeded", "overquota")
        },
        Rule(.tooBig) {
            $0.isAbout(3, 4) || $0.isAbout(2, 3)
                || !$0.isOurs && $0.says("too large", "too big", "size exceeds", "size limit")
        },
        Rule(.loop) {
            $0.isAbout(4, 6) || !$0.isOurs && $0.says("too many hops", "mail loop", "loops back", "routing loop")
        },
        Rule(.rateLimited) {
            $0.isAbout(7, 28)
                || !$0.isOurs
                    && $0.says(
                        "rate limit",
                        "too many",
                        "throttl",
                        "rate that",
                        "exceeded",
                        "unusual rate",
                        "ratelimit"
                    )
        },
        Rule(.unproven) {
            $0.isAbout(7, 20, 21, 22, 23, 24, 25, 26, 27, 29)
                || !$0.isOurs && $0.says("spf", "dkim", "dmarc", "unauthenticated")
        },
        Rule(.blocked) {
            !$0.isOurs
                && $0.says(
                    "block list",
                    "blocklist",
                    "blacklist",
                    "black list",
                    "blocked",
                    "spamhaus",
                    "spamcop",
                    "dnsbl",
                    "rbl",
                    "reputation",
                    "listed",
                    "banned"
                )
        },
        Rule(.spam) { !$0.isOurs && $0.says("spam", "unsolicited", "content rejected", "virus") },
        Rule(.mailboxOff) { $0.isAbout(2, 1) || !$0.isOurs && $0.says("disabled", "inactive", "suspended") },
        Rule(.noSuchMailbox) {
            $0.isAbout(1, 1, 6)
                || $0.isReply(550, 551, 553)
                    && $0.says(
                        "no such",
                        "unknown",
                        "not exist",
                        "doesn't exist",
                        "invalid recipient",
                        "not found",
                        "no mailbox",
                        "recipient rejected",
                        "no longer"
                    )
        },
        Rule(.noUnicode) { $0.isAbout(6, 7) },
        Rule(.hostFull) { $0.isAbout(3, 1) || $0.isReply(452) },
        Rule(.busy) { $0.isReply(421) || $0.isAbout(3, 2) || $0.isAbout(4, 5) },
        Rule(.later) { $0.code.map { $0 < 500 } ?? false },
        Rule(.refused) { !$0.isOurs },
    ]
}

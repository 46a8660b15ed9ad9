internal import Hooks
internal import SMTP

/// The transaction that is under way, apart from its conversation: most connections that wait have none.
final class OpenTransaction {
    var summary: TransactionSummary
    /// The message had to be let go of, for want of room: what it is refused with at its end.
    var letGo: Reply?

    /// What the plugins have settled on about a message that is being queued here.
    var acceptance: Outcome?

    /// The time for the whole message runs, from its first byte to the transaction's end.
    var isTimed = false

    init(_ summary: TransactionSummary) { self.summary = summary }
}

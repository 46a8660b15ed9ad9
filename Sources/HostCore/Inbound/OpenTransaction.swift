/// The transaction that is under way, apart from its conversation: most connections that wait have none.
final class OpenTransaction {
    var summary: TransactionSummary

    init(_ summary: TransactionSummary) { self.summary = summary }
}

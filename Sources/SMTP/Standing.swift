/// What is agreed between the two sides, whatever else goes on.
struct Standing: Equatable {
    /// How the client greeted; nil before it did.
    var hello: HelloVerb?
    var transaction: Transaction?

    /// Extensions whose parameters may be used now: none before EHLO or after HELO.
    func extensions(_ terms: Terms) -> Extensions {
        guard let hello, hello.isExtended else { return [] }
        return terms.offered
    }
}

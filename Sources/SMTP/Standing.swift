/// What is agreed between the two sides, whatever else goes on.
struct Standing: Equatable {
    /// How the client greeted; nil before it did.
    var hello: HelloVerb?
    var transaction: Transaction?

    /// Extensions whose parameters may be used now: none before EHLO or after HELO.
    func extensions(_ policy: Policy) -> Extensions {
        guard hello == .ehlo else { return [] }
        return Extensions([.size, .eightBitMIME, .smtputf8]).subtracting(policy.switchedOff)
    }
}

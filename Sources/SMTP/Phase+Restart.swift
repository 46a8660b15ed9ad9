extension Phase {
    /// Back to where the connection opened.
    mutating func restart(_ hello: HelloVerb?) {
        guard case .asking(.unrecognized, let standing) = consume self else {
            preconditionFailure("a client changes while a command of its is being asked about")
        }
        precondition(standing.transaction == nil, "a client changes outside of transactions")
        self = .asking(.connect, Standing(hello: hello))
    }
}

public import Mail

/// A transaction's message that a plugin wants given to a host right now.
public struct Errand: Sendable {
    /// The id of the transaction.
    public var id: String
    /// With the recipients whom it is for.
    public var envelope: Envelope
    /// The places of those recipients in the transaction.
    public var indexes: [Int]
    public var message: MessageBuffer
    /// In their order; there is at least one.
    public var hops: [NextHop]
}

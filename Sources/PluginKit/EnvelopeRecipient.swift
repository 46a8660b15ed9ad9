/// One recipient of a transaction.
public struct EnvelopeRecipient: Sendable, Equatable {
    /// Its number from 0; it keeps it when others are dropped.
    public let index: Int

    /// The address after all rewrites.
    public let address: String

    public let user: String

    /// In lower case.
    public let domain: String

    /// The address as the client sent it.
    public let original: String
}

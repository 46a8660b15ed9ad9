/// Why something with a connection did not work.
public struct NetError: Error, Equatable, CustomStringConvertible {
    /// What callers tell apart.
    public enum Kind: Sendable, Equatable {
        /// It could not be made, or broke; TLS that fails is this too.
        case failed
        /// One side has closed it.
        case closed
        case timedOut
        /// The task was cancelled.
        case cancelled
        /// The other side said more than was asked for: a line that is too long.
        case tooLong
        /// It was used wrongly: two tasks at the same time, or not with the server's consent.
        case misused
    }

    public let kind: Kind
    /// A sentence for the log, which holds nothing that the other side said.
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// Why a connection was of no use, where it isn't the conversation that tells.
public enum CourierFault: Sendable, Equatable, CustomStringConvertible {
    /// No address took the call; the reason names each.
    case unreachable(String)
    /// The handshake came to nothing, for this reason.
    case tls(String)
    /// The message's source has failed: the host is not to blame.
    case unreadable
    /// ``Courier/abandon()`` was called.
    case abandoned
    /// The message was given when the connection had just ended: nobody has heard of it.
    case tooLate

    /// A sentence for the log; it holds nothing that the other side chose.
    public var description: String {
        switch self {
        case .unreachable(let reason): "the host wasn't reached: \(reason)"
        case .tls(let reason): "TLS with the host failed: \(reason)"
        case .unreadable: "the message can't be read here"
        case .abandoned: "the delivery was broken off here"
        case .tooLate: "the connection had ended before the message was begun"
        }
    }
}

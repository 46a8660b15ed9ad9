/// How an outcall has ended, with the reason for the operator.
///
/// The reason holds nothing that the other side chose.
public enum OutcallEnd: Sendable, Equatable {
    /// One side has closed it.
    case closed(String)
    /// It never stood, or the network or TLS broke it.
    case failed(String)
    /// A TLS handshake came to nothing.
    case tlsFailed(String)

    public var reason: String {
        switch self {
        case .closed(let reason), .failed(let reason), .tlsFailed(let reason): reason
        }
    }
}

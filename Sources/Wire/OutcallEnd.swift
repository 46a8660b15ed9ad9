/// How an outcall has ended, with the reason for the operator.
///
/// The reason holds nothing that the other side chose.
public enum OutcallEnd: Sendable, Equatable {
    /// One side has closed it.
    case closed(String)
    /// It never stood, TLS failed, or the network broke it.
    case failed(String)
}

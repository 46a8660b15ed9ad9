/// Why a request has no answer.
public enum HTTPFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The host wasn't reached, or went away.
    case connection(String)
    /// TLS came to nothing: the certificate, mostly.
    case tls(String)
    /// What the host said is no answer to such a request.
    case malformed(String)
    /// The answer's body has more bytes than were allowed.
    case tooBig(limit: Int)
    case timedOut

    /// A sentence's end for the log; it holds nothing that the other side chose.
    public var description: String {
        switch self {
        case .connection(let reason), .tls(let reason): reason
        case .malformed(let reason): "the answer can't be read: \(reason)"
        case .tooBig(let limit): "the answer has more than \(limit) bytes"
        case .timedOut: "the answer did not come in time"
        }
    }
}

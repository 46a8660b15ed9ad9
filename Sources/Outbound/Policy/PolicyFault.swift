/// Why a domain's policy was not had, told apart as RFC 8460 §4.3.2.2 wants it reported.
public enum PolicyFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// Its host wasn't reached, or didn't give it.
    case unreachable(String)
    /// The host's certificate isn't good.
    case untrusted(String)
    /// What came is no policy.
    case invalid(String)

    public var description: String {
        switch self {
        case .unreachable(let reason), .untrusted(let reason), .invalid(let reason): reason
        }
    }
}

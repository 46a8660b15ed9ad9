/// In which order a host's addresses are tried: `inet_prefer`.
public enum AddressPreference: Hashable, Sendable {
    /// By turns, IPv6 first, so that a family that doesn't work costs one attempt.
    case either
    case v4
    case v6

    /// Puts them in order; within a family it stays as it is.
    public func order(_ addresses: [HostAddress]) -> [HostAddress] {
        let (v4, v6) = (addresses.filter(\.isV4), addresses.filter { !$0.isV4 })
        switch self {
        case .v4: return v4 + v6
        case .v6: return v6 + v4
        case .either:
            return (0..<max(v4.count, v6.count)).flatMap { index in
                [v6, v4].compactMap { index < $0.count ? $0[index] : nil }
            }
        }
    }
}

/// How a connection speaks TLS.
public enum NetTLS: Sendable {
    /// With a certificate for the host that was asked for, signed by an authority that the system trusts.
    case verified
    /// With any certificate: encrypted, but with nobody knows whom.
    case unverified

    var flags: UInt32 {
        switch self {
        case .verified: 0
        case .unverified: UInt32(HK_NET_TLS_NO_VERIFY)
        }
    }
}

internal import COpenSSL

/// What kind of thing is wrong with a certificate, for who counts such things.
public enum CertificateFault: Sendable, Equatable {
    /// Its time is over, or hasn't begun.
    case expired
    /// It is for other names.
    case otherName
    /// No authority that we trust has signed it.
    case untrusted

    private static let kinds: [(Int32, CertificateFault)] = [
        (X509_V_ERR_CERT_HAS_EXPIRED, .expired), (X509_V_ERR_CERT_NOT_YET_VALID, .expired),
        (X509_V_ERR_HOSTNAME_MISMATCH, .otherName), (X509_V_ERR_IP_ADDRESS_MISMATCH, .otherName),
        (X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, .untrusted), (X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, .untrusted),
        (X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, .untrusted),
        (X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, .untrusted),
        (X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, .untrusted), (X509_V_ERR_CERT_UNTRUSTED, .untrusted),
        (X509_V_ERR_INVALID_CA, .untrusted), (X509_V_ERR_CERT_REVOKED, .untrusted),
    ]

    /// By a sentence with the words of ``TLSPeerCertificate/fault`` in it; nil for what else may be wrong.
    public init?(_ sentence: String) {
        let found = Self.kinds.first { sentence.contains(TLSError.verification(Int($0.0))) }
        guard let found else { return nil }
        self = found.1
    }
}

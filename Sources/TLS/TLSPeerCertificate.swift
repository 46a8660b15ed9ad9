/// The certificate that a peer has shown, whether or not it passed.
public struct TLSPeerCertificate: Sendable, Equatable {
    /// Distinguished names in the notation of RFC 4514, in printable ASCII.
    public let subject: String
    public let issuer: String
    /// Of SHA-256, in small hexadecimal digits.
    public let fingerprint: String
    public let commonName: String?
    /// The alternative names, e-mail addresses and hosts; such that hold anything but printable ASCII are left out.
    public let emailAddresses: [String]
    public let hostNames: [String]
    /// Why it isn't verified, in OpenSSL's words; nil when it is.
    public let fault: String?

    public var isVerified: Bool { fault == nil }

    /// Whom SASL's EXTERNAL may believe (RFC 4422 appendix A): the first e-mail address, else the common name.
    ///
    /// Nil unless the certificate is verified.
    public var identity: String? { isVerified ? emailAddresses.first ?? commonName : nil }

    init(_ certificate: CertificateHandle, fault: String?) {
        subject = certificate.subject
        issuer = certificate.issuer
        fingerprint = certificate.fingerprint
        commonName = certificate.commonName
        emailAddresses = certificate.names(of: .email)
        hostNames = certificate.names(of: .host)
        self.fault = fault
    }
}

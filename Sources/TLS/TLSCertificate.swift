/// A certificate of ours with its private key and its chain, and what an operator wants to know of it.
public struct TLSCertificate: Sendable {
    /// Where the certificate and its key were read; the same file when they are bundled.
    public let certificateFile: String
    public let keyFile: String
    /// Host names that it is for, in small letters, wildcards among them; the common name when it has no others.
    public let names: [String]
    /// Distinguished names in the notation of RFC 4514.
    public let subject: String
    public let issuer: String
    /// Of SHA-256, in small hexadecimal digits.
    public let fingerprint: String
    public let keyType: TLSKeyType
    public let keyBits: Int
    /// Seconds since 1970.
    public let notBefore: Int64
    public let notAfter: Int64
    /// The OCSP response in DER that is stapled to it.
    public var staple: [UInt8]?

    let leaf: CertificateHandle
    /// From the issuer of the leaf upward, without the root.
    let chain: [CertificateHandle]
    let key: KeyHandle

    /// How many certificates are sent along with it.
    public var chainCount: Int { chain.count }

    /// Whole days until it ends; negative when it has ended.
    public func daysLeft(at now: Int64) -> Int {
        let seconds = notAfter - now
        return Int(seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400)
    }

    init(
        _ leaf: CertificateHandle,
        _ keyType: TLSKeyType,
        from certificateFile: String,
        chain: [CertificateHandle],
        key: KeyHandle,
        from keyFile: String
    ) {
        self.leaf = leaf
        self.chain = chain
        self.key = key
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.keyType = keyType
        let hosts = leaf.names(of: .host)
        names = (hosts.isEmpty ? [leaf.commonName].compactMap(\.self) : hosts).map { $0.lowercased() }
        subject = leaf.subject
        issuer = leaf.issuer
        fingerprint = leaf.fingerprint
        keyBits = leaf.keyBits
        notBefore = leaf.notBefore
        notAfter = leaf.notAfter
    }
}

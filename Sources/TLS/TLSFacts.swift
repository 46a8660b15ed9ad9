/// What a finished handshake has agreed on, for plugins, `Received:` and the log.
public struct TLSFacts: Sendable, Equatable {
    /// As OpenSSL writes it: `TLSv1.3`.
    public let version: String
    /// As OpenSSL writes it: `TLS_AES_256_GCM_SHA384`.
    public let cipher: String
    /// Of the cipher's key.
    public let bits: Int
    /// Of the key exchange: `X25519`; nil where there was none.
    public let group: String?
    /// What the client asked for, in small letters; nil when that was nothing, or no host name.
    public let serverName: String?
    public let isResumed: Bool
    /// Nil when the peer has shown no certificate.
    public let peer: TLSPeerCertificate?
}

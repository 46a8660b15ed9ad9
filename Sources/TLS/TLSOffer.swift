/// What one side of a handshake is willing to speak, in OpenSSL's notation.
public struct TLSOffer: Sendable, Hashable {
    public var minimumVersion = TLSVersion.tls12
    public var maximumVersion = TLSVersion.tls13
    /// For TLS 1.2 (ciphers(1)).
    ///
    /// Forward secrecy only. CBC with SHA-2 stands last for Windows Server 2012: its peers would fall back to plain text.
    public var ciphers =
        "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:!SHA1:!AESCCM8:!ARIA:!CAMELLIA:!PSK"
    /// For TLS 1.3; nil for OpenSSL's own.
    public var ciphersuites: String?
    /// For the key exchange.
    public var groups = "X25519:P-256:P-384:P-521"

    public init() {}
}

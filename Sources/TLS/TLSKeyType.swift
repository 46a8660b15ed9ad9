internal import COpenSSL

/// The types of key that a certificate can have here; a server shows one certificate of each.
public enum TLSKeyType: String, Sendable, CaseIterable {
    case rsa = "RSA"
    case ecdsa = "ECDSA"
    case ed25519 = "Ed25519"

    init?(key: OpaquePointer) {
        self.init(number: unsafe EVP_PKEY_get_base_id(key))
    }

    /// From the number of a signature in a handshake; PSS is a way to sign with an RSA key.
    init?(signature number: Int32) {
        self.init(number: number)
    }

    private init?(number: Int32) {
        switch number {
        case copenssl_rsa(), copenssl_rsa_pss(): self = .rsa
        case copenssl_ec(): self = .ecdsa
        case copenssl_ed25519(): self = .ed25519
        default: return nil
        }
    }
}

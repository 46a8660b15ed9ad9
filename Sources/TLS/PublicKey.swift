internal import COpenSSL

/// What certificates and private keys are matched by.
enum PublicKey {
    /// SHA-256 of the SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    static func hash(of key: OpaquePointer?) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_PUBKEY(key, &bytes)
        guard count > 0, let bytes = unsafe bytes else { return [] }
        defer { unsafe copenssl_free(bytes) }
        return unsafe Cryptography.sha256(Array(UnsafeBufferPointer(start: bytes, count: Int(count))))
    }
}

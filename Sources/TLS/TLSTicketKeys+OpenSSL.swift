internal import COpenSSL
internal import System

extension TLSTicketKeys {
    /// OpenSSL's answers about a ticket (SSL_CTX_set_tlsext_ticket_key_cb(3)).
    private enum Answer {
        static let fault: Int32 = -1
        static let unknown: Int32 = 0
        static let good: Int32 = 1
        /// Good, and to be replaced by one with the newest key.
        static let renew: Int32 = 2
    }

    /// Chooses the key for a ticket that is sealed or opened; `name` has 16 bytes, `iv` has EVP_MAX_IV_LENGTH.
    func prepare(
        name: UnsafeMutablePointer<UInt8>,
        iv: UnsafeMutablePointer<UInt8>,
        cipher: OpaquePointer,
        mac: OpaquePointer,
        sealing: Bool
    ) -> Int32 {
        if sealing {
            let key = newest
            unsafe name.update(from: key.name, count: 16)
            unsafe iv.update(from: Randomness.bytes(16), count: 16)
            let started = unsafe EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, iv) == 1
            return unsafe started && Self.start(mac, key) ? Answer.good : Answer.fault
        }
        let wanted = unsafe Array(UnsafeBufferPointer(start: name, count: 16))
        guard let (key, isNewest) = key(named: wanted) else { return Answer.unknown }
        let started = unsafe EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, iv) == 1
        guard unsafe started && Self.start(mac, key) else { return Answer.fault }
        return isNewest ? Answer.good : Answer.renew
    }

    private static func start(_ mac: OpaquePointer, _ key: Key) -> Bool {
        unsafe copenssl_start_hmac_sha256(mac, key.mac, key.mac.count) == 1
    }
}

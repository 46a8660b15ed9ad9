internal import COpenSSL

extension PEMBlock {
    /// The certificate in the block; nil when it is damaged.
    var certificate: CertificateHandle? {
        defer { ErrorQueue.clear() }
        let bio = unsafe BIO_new_mem_buf(text, Int32(text.count))
        defer { unsafe BIO_free(bio) }
        return unsafe PEM_read_bio_X509_AUX(bio, nil, nil, nil).map { unsafe CertificateHandle(owning: $0) }
    }

    /// The private key in the block; nil when it is damaged, or when the passphrase doesn't open it.
    func key(_ passphrase: [UInt8]?) -> KeyHandle? {
        defer { ErrorQueue.clear() }
        var secret = passphrase ?? []
        return unsafe text.withUnsafeBytes { text in
            unsafe secret.withUnsafeMutableBytes { secret in
                var given = UnsafeRawBufferPointer(secret)
                let bio = unsafe BIO_new_mem_buf(text.baseAddress, Int32(text.count))
                defer { unsafe BIO_free(bio) }
                // With a function of its own OpenSSL never asks at a terminal.
                return unsafe withUnsafeMutablePointer(to: &given) { given in
                    unsafe PEM_read_bio_PrivateKey(bio, nil, givePassphrase, given)
                        .map { unsafe KeyHandle(owning: $0) }
                }
            }
        }
    }
}

private func givePassphrase(
    _ target: UnsafeMutablePointer<CChar>?,
    _ room: Int32,
    _: Int32,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let target = unsafe target, let argument = unsafe argument else { return -1 }
    let secret = unsafe argument.assumingMemoryBound(to: UnsafeRawBufferPointer.self).pointee
    guard let start = secret.baseAddress, secret.count > 0, secret.count <= Int(room) else { return -1 }
    unsafe UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: secret.count)
    return Int32(secret.count)
}

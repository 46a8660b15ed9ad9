internal import COpenSSL
internal import System

/// One `SSL_CTX *`, freed when nobody has it any more.
///
/// Sendable although unchecked: it is set up before it is shared, and OpenSSL lets any thread make connections of a
/// context that nobody changes. What its callbacks point to outlives every engine, because engines retain it.
@safe
final class ContextHandle: @unchecked Sendable {
    enum Side { case server, client }

    /// A peer's chain of certificates may be so long, in bytes.
    private static let chainLimit = 64 << 10

    /// OpenSSL's own cleaning up at exit(3) would pull the ground from under threads that still shake hands.
    private static let isStarted = OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1

    let pointer: OpaquePointer

    init(_ side: Side, _ offer: TLSOffer) throws(TLSError) {
        guard Self.isStarted, let made = unsafe SSL_CTX_new(side == .server ? TLS_server_method() : TLS_client_method())
        else {
            throw .ofSettings("OpenSSL")
        }
        unsafe pointer = made
        unsafe copenssl_set_modes(made)
        unsafe copenssl_set_safe_options(made)
        unsafe copenssl_disable_cache(made)
        unsafe copenssl_limit_certificates(made, Self.chainLimit)
        try apply(offer)
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    private func apply(_ offer: TLSOffer) throws(TLSError) {
        let (lowest, highest) = (offer.minimumVersion, offer.maximumVersion)
        guard lowest <= highest, unsafe copenssl_set_versions(pointer, lowest.number, highest.number) == 1 else {
            throw TLSError(.settings, "The least TLS version, \(lowest.rawValue), is above the highest.")
        }
        if unsafe SSL_CTX_set_cipher_list(pointer, offer.ciphers) != 1 { throw .ofSettings("ciphers") }
        if let suites = offer.ciphersuites, unsafe SSL_CTX_set_ciphersuites(pointer, suites) != 1 {
            throw .ofSettings("ciphersuites")
        }
        if unsafe copenssl_set_groups(pointer, offer.groups) != 1 { throw .ofSettings("groups") }
    }

    /// Adds a certificate with its key and chain; one of each type of key can be there.
    func use(_ certificate: TLSCertificate) throws(TLSError) {
        let stack = unsafe copenssl_new_stack()
        defer { unsafe copenssl_free_stack(stack) }
        for issuer in certificate.chain { _ = unsafe copenssl_push(stack, issuer.pointer) }
        let leaf = certificate.leaf
        guard unsafe SSL_CTX_use_cert_and_key(pointer, leaf.pointer, certificate.key.pointer, stack, 1) == 1 else {
            throw .ofSettings(certificate.certificateFile)
        }
    }

    func trust(_ trust: TLSTrust) throws(TLSError) {
        switch trust {
        case .nobody: break
        case .system:
            if unsafe SSL_CTX_set_default_verify_paths(pointer) != 1 { throw .ofSettings("the system's authorities") }
        case .authorities(let file, let folder):
            if let file, unsafe SSL_CTX_load_verify_file(pointer, file) != 1 { throw .ofSettings(file) }
            if let folder {
                // OpenSSL takes any path for a folder and finds nothing in it later.
                guard (try? FileFacts.of(folder))?.kind == .directory else {
                    throw TLSError(.settings, "\(folder): there is no such folder of authorities.")
                }
                if unsafe SSL_CTX_load_verify_dir(pointer, folder) != 1 { throw .ofSettings(folder) }
            }
        }
    }
}

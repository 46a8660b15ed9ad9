internal import COpenSSL
internal import System

/// One context of a server: its certificates of one name, at most one of each type of key.
///
/// Its `SSL_CTX` points back at it; whoever makes a connection of it keeps it alive for as long.
final class ServerContext: Sendable {
    let handle: ContextHandle
    let certificates: [TLSCertificate]
    let tickets: TLSTicketKeys

    init(_ settings: TLSSettings, _ certificates: [TLSCertificate], _ tickets: TLSTicketKeys) throws(TLSError) {
        self.certificates = certificates
        self.tickets = tickets
        handle = try ContextHandle(.server, settings.offer)
        for certificate in certificates { try handle.use(certificate) }
        try handle.trust(settings.trust)
        unsafe SSL_CTX_set_ex_data(handle.pointer, 0, Unmanaged.passUnretained(self).toOpaque())
        if settings.honorsCipherOrder { unsafe copenssl_prefer_server(handle.pointer) }
        if let parameters = settings.dhParameters { try use(parameters) }
        try setTickets(settings)
        try setClientCertificates(settings)
        unsafe copenssl_on_status(handle.pointer, giveStaple, nil)
    }

    private func use(_ parameters: [UInt8]) throws(TLSError) {
        let bio = unsafe BIO_new_mem_buf(parameters, Int32(parameters.count))
        defer { unsafe BIO_free(bio) }
        guard let key = unsafe PEM_read_bio_Parameters(bio, nil) else { throw .ofSettings("Diffie-Hellman parameters") }
        guard unsafe SSL_CTX_set0_tmp_dh_pkey(handle.pointer, key) == 1 else {
            unsafe EVP_PKEY_free(key)
            throw .ofSettings("Diffie-Hellman parameters")
        }
    }

    private func setTickets(_ settings: TLSSettings) throws(TLSError) {
        guard settings.givesTickets else {
            unsafe copenssl_disable_tickets(handle.pointer)
            unsafe SSL_CTX_set_num_tickets(handle.pointer, 0)
            return
        }
        // One: a mail client has one connection to resume.
        unsafe SSL_CTX_set_num_tickets(handle.pointer, 1)
        unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(handle.pointer, chooseTicketKey)
        unsafe SSL_CTX_set_session_ticket_cb(handle.pointer, fillTicket, nil, nil)
    }

    private func setClientCertificates(_ settings: TLSSettings) throws(TLSError) {
        switch settings.clientCertificates {
        case .none: unsafe SSL_CTX_set_verify(handle.pointer, SSL_VERIFY_NONE, nil)
        case .request:
            // Whatever it is, the handshake goes on; the result of the check is kept for the facts.
            unsafe SSL_CTX_set_verify(handle.pointer, SSL_VERIFY_PEER) { _, _ in 1 }
        case .require:
            unsafe SSL_CTX_set_verify(handle.pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        let identity = try sessionIdentity(settings)
        unsafe SSL_CTX_set_session_id_context(handle.pointer, identity, UInt32(identity.count))
        if settings.clientCertificates != .none { try nameAuthorities(settings.trust) }
    }

    /// What a resumed session must have in common with this context.
    ///
    /// A ticket carries the result of a check of a certificate: it must not pass where the rules for that differ.
    private func sessionIdentity(_ settings: TLSSettings) throws(TLSError) -> [UInt8] {
        var rule = Array(settings.clientCertificates.rawValue.utf8)
        if settings.clientCertificates != .none, case .authorities(let file, let folder) = settings.trust {
            if let folder { rule += Array("\0\(folder)".utf8) }
            if let file {
                do { rule += try Files.read(file) } catch { throw TLSError(.settings, "\(error).") }
            }
        }
        return Cryptography.sha256(rule)
    }

    /// Tells clients whose certificates are wanted, if those are few enough for a handshake message.
    private func nameAuthorities(_ trust: TLSTrust) throws(TLSError) {
        guard case .authorities(let file?, _) = trust else { return }
        guard let names = unsafe SSL_load_client_CA_file(file) else { throw .ofSettings(file) }
        if unsafe copenssl_count_issuers(names) <= 64 {
            unsafe SSL_CTX_set_client_CA_list(handle.pointer, names)
        } else {
            unsafe copenssl_free_issuers(names)
        }
    }
}

extension ServerContext {
    /// The context that a connection uses now; nil for a client's.
    static func of(_ ssl: OpaquePointer?) -> ServerContext? {
        guard let data = unsafe SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0) else { return nil }
        return unsafe Unmanaged<ServerContext>.fromOpaque(data).takeUnretainedValue()
    }

    /// The certificate that was shown in a full handshake.
    func shown(by ssl: OpaquePointer) -> TLSCertificate? {
        if certificates.count == 1 { return certificates[0] }
        var algorithm: Int32 = 0
        if unsafe SSL_get_signature_type_nid(ssl, &algorithm) == 1 {
            return certificates.first { $0.keyType == TLSKeyType(signature: algorithm) }
        }
        // TLS 1.2 with a key exchange by RSA signs nothing.
        return certificates.first { $0.keyType == .rsa }
    }
}

private func chooseTicketKey(
    _ ssl: OpaquePointer?,
    _ name: UnsafeMutablePointer<UInt8>?,
    _ iv: UnsafeMutablePointer<UInt8>?,
    _ cipher: OpaquePointer?,
    _ mac: OpaquePointer?,
    _ sealing: Int32
) -> Int32 {
    guard let tickets = unsafe ServerContext.of(ssl)?.tickets, let name = unsafe name, let iv = unsafe iv,
        let cipher = unsafe cipher, let mac = unsafe mac
    else { return -1 }
    return unsafe tickets.prepare(name: name, iv: iv, cipher: cipher, mac: mac, sealing: sealing == 1)
}

/// Writes into a new ticket what RFC 5929's binding needs once the session is resumed without a certificate.
private func fillTicket(_ ssl: OpaquePointer?, _: UnsafeMutableRawPointer?) -> Int32 {
    guard let ssl = unsafe ssl, unsafe SSL_session_reused(ssl) == 0,
        let hash = unsafe ServerContext.of(ssl)?.shown(by: ssl)?.leaf.endPointHash
    else { return 1 }
    return unsafe SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), hash, hash.count)
}

private func giveStaple(_ ssl: OpaquePointer?, _: UnsafeMutableRawPointer?) -> Int32 {
    let shown = unsafe SSL_get_certificate(ssl)
    guard let context = unsafe ServerContext.of(ssl),
        let staple = context.certificates.first(where: { unsafe $0.leaf.pointer == shown })?.staple,
        let copy = unsafe copenssl_malloc(staple.count)
    else { return SSL_TLSEXT_ERR_NOACK }
    unsafe copy.copyMemory(from: staple, byteCount: staple.count)
    unsafe copenssl_set_staple(ssl, copy.assumingMemoryBound(to: UInt8.self), staple.count)
    return SSL_TLSEXT_ERR_OK
}

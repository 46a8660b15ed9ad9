internal import COpenSSL

extension TLSEngine {
    /// What both sides agreed on; nil before the handshake is finished.
    public var facts: TLSFacts? {
        guard isEstablished, let version = unsafe SSL_get_version(ssl.pointer) else { return nil }
        let cipher = unsafe SSL_get_current_cipher(ssl.pointer)
        guard let name = unsafe SSL_CIPHER_get_name(cipher) else { return nil }
        let group = unsafe OBJ_nid2sn(copenssl_negotiated_group(ssl.pointer) & 0xFFFF)
        return TLSFacts(
            version: unsafe String(cString: version),
            cipher: unsafe String(cString: name),
            bits: unsafe Int(SSL_CIPHER_get_bits(cipher, nil)),
            group: unsafe group.map { unsafe String(cString: $0) },
            serverName: serverName,
            isResumed: unsafe SSL_session_reused(ssl.pointer) == 1,
            peer: peer
        )
    }

    /// The name that the client asked for, if it is one: letters, digits, hyphens, underscores and dots.
    private var serverName: String? {
        guard let name = unsafe SSL_get_servername(ssl.pointer, TLSEXT_NAMETYPE_host_name) else { return nil }
        let text = unsafe String(cString: name)
        let isName = !text.isEmpty && text.utf8.count <= 255 && text.utf8.allSatisfy(HostBytes.contains)
        return isName ? text.lowercased() : nil
    }

    private var peer: TLSPeerCertificate? {
        guard let pointer = unsafe SSL_get0_peer_certificate(ssl.pointer) else { return nil }
        let result = unsafe SSL_get_verify_result(ssl.pointer)
        let fault = result == Int(X509_V_OK) ? nil : TLSError.verification(result)
        return TLSPeerCertificate(unsafe CertificateHandle(sharing: pointer), fault: fault)
    }

    /// The OCSP response in DER that the server has stapled; on the client's side only.
    public var staple: [UInt8]? {
        var bytes: UnsafePointer<UInt8>?
        let count = unsafe copenssl_get_staple(ssl.pointer, &bytes)
        guard count > 0, let bytes = unsafe bytes else { return nil }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// What a client can resume this connection with; nil when the server gives no tickets.
    ///
    /// In TLS 1.3 the ticket comes after the handshake, with the first bytes of the server as a rule.
    public var session: TLSSession? {
        guard isEstablished, let session = unsafe SSL_get1_session(ssl.pointer) else { return nil }
        let kept = unsafe TLSSession(owning: session)
        return unsafe SSL_SESSION_is_resumable(session) == 1 ? kept : nil
    }
}

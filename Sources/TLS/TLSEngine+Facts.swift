internal import COpenSSL

extension TLSEngine {
    /// What both sides agreed on; nil before the handshake is finished.
    public var facts: TLSFacts? {
        guard isEstablished, let version = unsafe SSL_get_version(ssl) else { return nil }
        let cipher = unsafe SSL_get_current_cipher(ssl)
        guard let name = unsafe SSL_CIPHER_get_name(cipher) else { return nil }
        return TLSFacts(
            version: unsafe String(cString: version),
            cipher: unsafe String(cString: name),
            bits: unsafe Int(SSL_CIPHER_get_bits(cipher, nil)),
            group: group,
            serverName: serverName,
            isResumed: unsafe SSL_session_reused(ssl) == 1,
            peer: peer
        )
    }

    /// Nil where no group was used, or one whose name OpenSSL doesn't know.
    private var group: String? {
        let number = unsafe copenssl_negotiated_group(ssl)
        guard number != NID_undef, number & Int32(TLSEXT_nid_unknown) == 0 else { return nil }
        return unsafe OBJ_nid2sn(number).map { unsafe String(cString: $0) }
    }

    /// The name that the client asked for, if it is one: letters, digits, hyphens, underscores and dots.
    private var serverName: String? {
        guard let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else { return nil }
        let text = unsafe String(cString: name)
        let isName = !text.isEmpty && text.utf8.count <= 255 && text.utf8.allSatisfy(HostBytes.contains)
        return isName ? text.lowercased() : nil
    }

    private var peer: TLSPeerCertificate? {
        guard let pointer = unsafe SSL_get0_peer_certificate(ssl) else { return nil }
        let result = unsafe SSL_get_verify_result(ssl)
        let fault = result == Int(X509_V_OK) ? nil : TLSError.verification(result)
        return TLSPeerCertificate(unsafe CertificateHandle(sharing: pointer), fault: fault)
    }

    /// The OCSP response in DER that the server has stapled; on the client's side only.
    public var staple: [UInt8]? {
        guard isEstablished else { return nil }
        var bytes: UnsafePointer<UInt8>?
        let count = unsafe copenssl_get_staple(ssl, &bytes)
        guard count > 0, let bytes = unsafe bytes else { return nil }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// What a client can resume this connection with; nil when the server gives no tickets.
    ///
    /// In TLS 1.3 the ticket comes after the handshake, with the first bytes of the server as a rule.
    public var session: TLSSession? {
        guard isEstablished, let session = unsafe SSL_get1_session(ssl) else { return nil }
        let kept = unsafe TLSSession(owning: session)
        return unsafe SSL_SESSION_is_resumable(session) == 1 ? kept : nil
    }
}

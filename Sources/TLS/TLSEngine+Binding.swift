internal import COpenSSL

extension TLSEngine {
    /// Key material that only the two sides of this connection have (RFC 5705, RFC 8446 §7.5).
    ///
    /// Nil before the handshake is finished. No context and an empty one differ in TLS 1.2.
    public func exporter(label: String, context: [UInt8]? = nil, length: Int) -> [UInt8]? {
        guard isEstablished, length > 0 else { return nil }
        var secret = [UInt8](repeating: 0, count: length)
        let label = Array(label.utf8)
        let done = unsafe label.withUnsafeBytes { label in
            unsafe SSL_export_keying_material(
                ssl.pointer,
                &secret,
                length,
                label.bindMemory(to: CChar.self).baseAddress,
                label.count,
                context,
                context?.count ?? 0,
                context == nil ? 0 : 1
            )
        }
        ErrorQueue.clear()
        return done == 1 ? secret : nil
    }

    /// The channel binding `tls-exporter` (RFC 9266 §2).
    ///
    /// Nil in TLS 1.2 without an extended master secret, where it would bind nothing (§4.2). Without a context, as
    /// GnuTLS and Cyrus SASL have it; in TLS 1.3 that is the same as the empty one that the RFC names.
    public var tlsExporter: [UInt8]? {
        guard isEstablished else { return nil }
        let isBound =
            unsafe SSL_version(ssl.pointer) == TLS1_3_VERSION
            || copenssl_has_extended_master_secret(ssl.pointer) == 1
        return isBound ? exporter(label: "EXPORTER-Channel-Binding", length: 32) : nil
    }

    /// The channel binding `tls-server-end-point` (RFC 5929 §4.1): the hash of the server's certificate.
    ///
    /// Nil when its signature names no hash, as Ed25519 doesn't.
    public var serverEndPoint: [UInt8]? {
        guard isEstablished else { return nil }
        switch side {
        case .client:
            guard let shown = unsafe SSL_get0_peer_certificate(ssl.pointer) else { return nil }
            return unsafe CertificateHandle(sharing: shown).endPointHash
        case .server:
            if unsafe SSL_session_reused(ssl.pointer) == 1 { return hashInTicket }
            return unsafe ServerContext.of(ssl.pointer)?.shown(by: ssl.pointer)?.leaf.endPointHash
        }
    }

    /// The certificate's hash, which our ticket has brought back: this handshake has shown none.
    private var hashInTicket: [UInt8]? {
        var data: UnsafeMutableRawPointer?
        var count = 0
        let session = unsafe SSL_get_session(ssl.pointer)
        guard unsafe SSL_SESSION_get0_ticket_appdata(session, &data, &count) == 1, count > 0, let data = unsafe data
        else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: data, count: count))
    }
}

internal import COpenSSL

extension TLSError {
    /// What OpenSSL's queue of errors says about a failed handshake or record; empties the queue.
    static func ofConnection(verifyResult: Int) -> TLSError {
        let code = ErrorQueue.take()
        let reason = ErrorQueue.reason(code)
        guard ErrorQueue.isSSL(code) else { return TLSError(.broken, "TLS failed: \(ErrorQueue.text(code)).") }
        // Reasons from 1000 on are alerts that the peer sent.
        if reason > SSL_AD_REASON_OFFSET, reason <= SSL_AD_REASON_OFFSET + 255 {
            return alert(UInt8(reason - SSL_AD_REASON_OFFSET))
        }
        return known(reason, verifyResult) ?? TLSError(.broken, "TLS failed: \(ErrorQueue.text(code)).")
    }

    /// What OpenSSL's queue of errors says about a setting; empties the queue.
    static func ofSettings(_ what: String) -> TLSError {
        TLSError(.settings, "\(what): \(ErrorQueue.text(ErrorQueue.take())).")
    }

    private static func known(_ reason: Int32, _ verifyResult: Int) -> TLSError? {
        switch reason {
        case SSL_R_NO_SHARED_CIPHER:
            TLSError(.noSharedCipher, "No shared cipher: the peer offers none that is allowed here.")
        case SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SHARED_GROUPS:
            TLSError(.noSharedCipher, "No shared group for the key exchange.")
        case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
            TLSError(.noSharedCipher, "No shared signature algorithm for the certificates.")
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_UNSUPPORTED_SSL_VERSION, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH:
            TLSError(
                .unsupportedProtocol,
                "Unsupported protocol: the peer wants a TLS version that is not allowed here."
            )
        case SSL_R_INAPPROPRIATE_FALLBACK:
            TLSError(.unsupportedProtocol, "The peer fell back to an older TLS version than both sides speak.")
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            TLSError(.badCertificate, "Bad certificate: \(verification(verifyResult)).")
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            TLSError(.missingCertificate, "The peer gave no certificate, and one is required.")
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_WRONG_VERSION_NUMBER:
            notTLS(.unknown)
        case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC:
            TLSError(.broken, "A TLS record was changed on its way, or made with another key.")
        default: nil
        }
    }

    static func notTLS(_ stranger: RecordGate.Stranger) -> TLSError {
        switch stranger {
        case .plainText: TLSError(.notTLS, "Not a TLS record: the peer speaks plain text.")
        case .unknown: TLSError(.notTLS, "Not a TLS record: the peer speaks another protocol.")
        }
    }

    private static func alert(_ number: UInt8) -> TLSError {
        let name = unsafe SSL_alert_desc_string_long(Int32(number)).map { unsafe String(cString: $0) }
        return TLSError(.alert(number), "The peer refused with the alert \"\(name ?? "unknown")\" (\(number)).")
    }

    /// OpenSSL's words for a result of a certificate's check.
    static func verification(_ result: Int) -> String {
        unsafe String(cString: X509_verify_cert_error_string(result))
    }
}

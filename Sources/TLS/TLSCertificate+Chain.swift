internal import COpenSSL
internal import System

extension TLSCertificate {
    /// Why clients that trust these authorities would refuse the certificate at a moment; nil when they wouldn't.
    ///
    /// In OpenSSL's words, over what is sent: a missing intermediate shows here. Blocking: it reads the authorities.
    public func chainFault(for trust: TLSTrust, at now: Int64) throws(TLSError) -> String? {
        let context = try ContextHandle(.client, TLSOffer())
        try context.trust(trust)
        guard let check = unsafe X509_STORE_CTX_new() else { throw .ofSettings(certificateFile) }
        defer { unsafe X509_STORE_CTX_free(check) }
        let stack = unsafe copenssl_new_stack()
        defer { unsafe copenssl_free_stack(stack) }
        for issuer in chain { _ = unsafe copenssl_push(stack, issuer.pointer) }
        let store = unsafe SSL_CTX_get_cert_store(context.pointer)
        guard unsafe X509_STORE_CTX_init(check, store, leaf.pointer, stack) == 1 else {
            throw .ofSettings(certificateFile)
        }
        unsafe X509_STORE_CTX_set_default(check, "ssl_server")
        unsafe X509_STORE_CTX_set_time(check, 0, Int(now))
        let isGood = unsafe X509_verify_cert(check) == 1
        let result = unsafe Int(X509_STORE_CTX_get_error(check))
        ErrorQueue.clear()
        return isGood ? nil : TLSError.verification(result)
    }
}

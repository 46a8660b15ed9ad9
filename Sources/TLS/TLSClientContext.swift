internal import COpenSSL

/// What all connections to servers under the same rules share.
public final class TLSClientContext: Sendable {
    let handle: ContextHandle
    let requestsStaple: Bool

    public init(_ settings: TLSClientSettings) throws(TLSError) {
        handle = try ContextHandle(.client, settings.offer)
        requestsStaple = settings.requestsStaple
        try handle.trust(settings.trust)
        if let certificate = settings.certificate { try handle.use(certificate) }
        let mode = settings.requiresVerification ? SSL_VERIFY_PEER : SSL_VERIFY_NONE
        // For those connections that ask for it.
        if unsafe SSL_CTX_dane_enable(handle.pointer) != 1 { throw .ofSettings("DANE") }
        unsafe SSL_CTX_set_verify(handle.pointer, mode, nil)
    }
}

internal import COpenSSL

/// One `SSL *`, freed when its owner goes.
@safe
struct OwnedSSL: ~Copyable {
    let pointer: OpaquePointer

    /// A half of a connection that reads and writes through the pipe, which must outlive it.
    init(_ context: ContextHandle, over pipe: CipherPipe) {
        guard let made = unsafe SSL_new(context.pointer) else { preconditionFailure("OpenSSL has no memory left.") }
        unsafe pointer = made
        let bio = unsafe pipe.makeBIO()
        // One reference, although it is both: OpenSSL documents that for rbio == wbio.
        unsafe SSL_set_bio(made, bio, bio)
    }

    deinit {
        // OpenSSL would mark the session of a connection that ended without close_notify as unfit to be resumed; that of
        // one that failed is marked already.
        unsafe SSL_set_shutdown(pointer, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        unsafe SSL_free(pointer)
    }
}

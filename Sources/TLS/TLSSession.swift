internal import COpenSSL

/// What a client keeps of a connection to resume it later.
///
/// Sendable although unchecked: nobody changes a session once a connection has given it away.
@safe
public final class TLSSession: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes the reference over.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe SSL_SESSION_free(pointer)
    }
}

internal import COpenSSL

/// One `EVP_PKEY *` with a private key, freed when nobody has it any more.
///
/// Sendable although unchecked: nobody changes a key once it is read.
@safe
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes the reference over.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// The hash of the public half: the same for the certificate that it belongs to.
    var publicHash: [UInt8] { unsafe PublicKey.hash(of: pointer) }
}

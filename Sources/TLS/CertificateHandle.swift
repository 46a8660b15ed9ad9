internal import COpenSSL
internal import Glibc
internal import System

/// One `X509 *`, freed when nobody has it any more.
///
/// Sendable although unchecked: nobody changes a certificate once it is read; OpenSSL guards what it caches in it.
@safe
final class CertificateHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes the reference over.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// Takes a reference of its own.
    init(sharing pointer: OpaquePointer) {
        unsafe X509_up_ref(pointer)
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// Of SHA-256, in small hexadecimal digits.
    var fingerprint: String { SHA256.hash(of: der) }

    private var der: [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509(pointer, &bytes)
        guard count > 0, let bytes = unsafe bytes else { return [] }
        defer { unsafe copenssl_free(bytes) }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// The hash of the public key: the same for the private key that belongs to it.
    var publicHash: [UInt8] { unsafe PublicKey.hash(of: X509_get0_pubkey(pointer)) }
    var keyType: TLSKeyType? { unsafe X509_get0_pubkey(pointer).flatMap { unsafe TLSKeyType(key: $0) } }
    var keyBits: Int { unsafe Int(EVP_PKEY_get_bits(X509_get0_pubkey(pointer))) }
    /// How strong the key is, in the bits of a symmetric one.
    var keyStrength: Int { unsafe Int(EVP_PKEY_get_security_bits(X509_get0_pubkey(pointer))) }

    /// Seconds since 1970.
    var notBefore: Int64 { unsafe Self.seconds(X509_get0_notBefore(pointer)) }
    var notAfter: Int64 { unsafe Self.seconds(X509_get0_notAfter(pointer)) }

    var isAuthority: Bool { unsafe X509_get_extension_flags(pointer) & UInt32(EXFLAG_CA) != 0 }
    /// Whether it names itself as its issuer.
    var isRoot: Bool { unsafe X509_get_extension_flags(pointer) & UInt32(EXFLAG_SI) != 0 }

    /// Whether the other one's key has signed this one, as far as names, identifiers and usage tell, and the signature.
    func isIssued(by other: CertificateHandle) -> Bool {
        let named = unsafe X509_check_issued(other.pointer, pointer) == X509_V_OK
        let signed = unsafe named && X509_verify(pointer, X509_get0_pubkey(other.pointer)) == 1
        ErrorQueue.clear()
        return signed
    }

    /// RFC 5929 §4.1: by the signature's own hash, with SHA-256 for MD5 and SHA-1.
    var endPointHash: [UInt8]? {
        var number: Int32 = 0
        guard unsafe X509_get_signature_info(pointer, &number, nil, nil, nil) == 1, number != NID_undef else {
            return nil
        }
        let isWeak = number == NID_md5 || number == NID_sha1
        let method = unsafe isWeak ? EVP_sha256() : EVP_get_digestbyname(OBJ_nid2sn(number))
        guard let method = unsafe method else { return nil }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard unsafe X509_digest(pointer, method, &digest, &count) == 1 else { return nil }
        return Array(digest[..<Int(count)])
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return unsafe Int64(timegm(&parts))
    }
}

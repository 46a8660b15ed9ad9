import COpenSSL

/// The SHA-256 digest (FIPS 180-4) of bytes, in lower-case hexadecimal digits.
public enum SHA256 {
    public static func hash(of bytes: Span<UInt8>) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let done = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe EVP_Digest(bytes.baseAddress, bytes.count, &digest, &length, EVP_sha256(), nil)
        }
        precondition(done == 1 && length == 32, "OpenSSL has no SHA-256.")
        return Hexadecimal.text(of: Array(digest[..<Int(length)]))
    }

    public static func hash(of bytes: [UInt8]) -> String {
        hash(of: bytes.span)
    }
}

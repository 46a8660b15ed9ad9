internal import COpenSSL

extension CertificateHandle {
    /// A kind of alternative name (RFC 5280 §4.2.1.6).
    enum NameKind {
        case email, host
    }

    var subject: String { unsafe Self.text(of: X509_get_subject_name(pointer)) }
    var issuer: String { unsafe Self.text(of: X509_get_issuer_name(pointer)) }

    /// The last common name of the subject, if it is printable ASCII.
    var commonName: String? {
        let name = unsafe X509_get_subject_name(pointer)
        var place: Int32 = -1
        while true {
            let next = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, place)
            if next < 0 { break }
            place = next
        }
        guard place >= 0 else { return nil }
        return unsafe Self.printable(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, place)))
    }

    /// The alternative names of a kind, such as are printable ASCII: a NUL in one has fooled many a comparison.
    func names(of kind: NameKind) -> [String] {
        guard let data = unsafe X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(data)
        defer { unsafe copenssl_free_names(names) }
        var found: [String] = []
        for index in 0..<(unsafe copenssl_count_names(names)) {
            guard let name = unsafe copenssl_name(names, index) else { continue }
            let text =
                switch (kind, unsafe name.pointee.type) {
                case (.email, GEN_EMAIL): unsafe Self.printable(name.pointee.d.rfc822Name)
                case (.host, GEN_DNS): unsafe Self.printable(name.pointee.d.dNSName)
                default: String?.none
                }
            if let text { found.append(text) }
        }
        return found
    }

    private static func printable(_ text: UnsafePointer<ASN1_STRING>?) -> String? {
        guard let text = unsafe text, let start = unsafe ASN1_STRING_get0_data(text) else { return nil }
        let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(text)))
        guard !bytes.isEmpty, unsafe bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// With everything escaped that is no printable ASCII (RFC 4514 §2.4).
    private static func text(of name: OpaquePointer?) -> String {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(bio) }
        _ = unsafe X509_NAME_print_ex(bio, name, 0, copenssl_name_flags())
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe copenssl_bio_bytes(bio, &start)
        guard let start = unsafe start, count > 0 else { return "" }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}

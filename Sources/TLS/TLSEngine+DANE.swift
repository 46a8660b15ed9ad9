internal import COpenSSL

extension TLSEngine {
    /// Has the certificate verified by the records; by nothing if none of them can be used (RFC 7672 §2.2).
    ///
    /// Whether there is a record that can be used.
    static func demand(_ demand: TLSADemand, name: String?, of ssl: OpaquePointer) throws(TLSError) -> Bool {
        defer { ErrorQueue.clear() }
        // This asks for the name too, and sends it as SNI.
        guard unsafe SSL_dane_enable(ssl, name) == 1 else { throw .ofSettings("DANE") }
        // RFC 7672 §3.1.1: where the certificate itself is named, its names and dates count for nothing.
        unsafe SSL_dane_set_flags(ssl, UInt(DANE_FLAG_NO_DANE_EE_NAMECHECKS))
        unsafe SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        for other in demand.otherNames where other != name {
            if unsafe SSL_add1_host(ssl, other) != 1 { throw .ofSettings("a name that the certificate may be for") }
        }
        var canUse = false
        for record in demand.records where record.isForMail {
            let isUsable =
                unsafe SSL_dane_tlsa_add(
                    ssl,
                    record.usage,
                    record.selector,
                    record.matching,
                    record.data,
                    record.data.count
                ) == 1
            if isUsable { canUse = true }
        }
        unsafe SSL_set_verify(ssl, canUse ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        return canUse
    }

    /// The record that the server's certificate was verified by; nil without DANE.
    public var matchedTLSA: TLSARecord? {
        guard isEstablished, canUseTLSA else { return nil }
        var (usage, selector, matching) = (UInt8(0), UInt8(0), UInt8(0))
        var data: UnsafePointer<UInt8>?
        var count = 0
        let depth = unsafe SSL_get0_dane_tlsa(ssl, &usage, &selector, &matching, &data, &count)
        guard depth >= 0, let data = unsafe data else { return nil }
        let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
        return TLSARecord(usage: usage, selector: selector, matching: matching, data: bytes)
    }
}

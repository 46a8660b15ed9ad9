internal import COpenSSL
internal import Glibc
internal import System

/// Reads the OCSP response (RFC 6960) that lies beside a certificate, and sees whether it can be stapled.
enum OCSPStaple {
    private enum Fault: Error {
        case unreadable, refused, other, expired
    }

    /// From `NAME.pem.ocsp` or `NAME.ocsp` beside `NAME.pem`; nil when there is none, or with a problem that says why.
    static func read(
        beside path: String,
        for certificate: TLSCertificate,
        now: Int64,
        _ scan: inout TLSCertificateScan
    ) -> [UInt8]? {
        for name in [path + ".ocsp", stem(path) + ".ocsp"] {
            do throws(SystemError) {
                let bytes = try Files.read(name, limit: 64 << 10)
                guard let rest = fault(in: bytes, for: certificate.leaf, now) else { return bytes }
                scan.problems.append(TLSProblem(.warning, name, rest))
                return nil
            } catch  where error.isMissing {
                continue
            } catch {
                let rest = "cannot be read (\(error.reason)), so nothing is stapled; let the service's user read it."
                scan.problems.append(TLSProblem(.warning, name, rest))
                return nil
            }
        }
        return nil
    }

    private static func stem(_ path: String) -> String {
        let (folder, name) = Files.split(path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path }
        return folder + "/" + name[..<dot]
    }

    private static func fault(in bytes: [UInt8], for leaf: CertificateHandle, _ now: Int64) -> String? {
        do throws(Fault) {
            try check(bytes, leaf, now)
            return nil
        } catch {
            ErrorQueue.clear()
            switch error {
            case .unreadable: return "is no OCSP response in DER, so nothing is stapled; fetch it again."
            case .refused: return "holds a refusal of the OCSP responder, so nothing is stapled; fetch it again."
            case .other: return "is about another certificate, so nothing is stapled; fetch the right one."
            case .expired: return "the OCSP response has expired, so nothing is stapled; fetch it again."
            }
        }
    }

    private static func check(_ bytes: [UInt8], _ leaf: CertificateHandle, _ now: Int64) throws(Fault) {
        let response = unsafe bytes.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            return unsafe d2i_OCSP_RESPONSE(nil, &place, bytes.count)
        }
        guard let response = unsafe response else { throw .unreadable }
        defer { unsafe OCSP_RESPONSE_free(response) }
        guard unsafe OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL else { throw .refused }
        guard let basic = unsafe OCSP_response_get1_basic(response) else { throw .unreadable }
        defer { unsafe OCSP_BASICRESP_free(basic) }
        for index in 0..<(unsafe OCSP_resp_count(basic)) {
            let single = unsafe OCSP_resp_get0(basic, index)
            guard unsafe isAbout(leaf, single) else { continue }
            if let end = unsafe end(of: single), end < now { throw .expired }
            return
        }
        throw .other
    }

    private static func isAbout(_ leaf: CertificateHandle, _ single: OpaquePointer?) -> Bool {
        var serial: UnsafeMutablePointer<ASN1_INTEGER>?
        let identity = unsafe OCSP_SINGLERESP_get0_id(single)
        guard unsafe copenssl_serial(identity, &serial) == 1 else { return false }
        return unsafe ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf.pointer)) == 0
    }

    private static func end(of single: OpaquePointer?) -> Int64? {
        var next: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        _ = unsafe OCSP_single_get0_status(single, nil, nil, nil, &next)
        var parts = unsafe tm()
        guard let next = unsafe next, unsafe ASN1_TIME_to_tm(next, &parts) == 1 else { return nil }
        return unsafe Int64(timegm(&parts))
    }
}

internal import TLS

/// Why TLS with a host came to nothing, or wasn't as it was wanted: RFC 8460 §4.3.
public struct TLSFailure: Sendable, Hashable {
    /// In the words of RFC 8460 §4.3.
    public enum Result: String, Sendable {
        case noSTARTTLS = "starttls-not-supported"
        case otherHost = "certificate-host-mismatch"
        case expired = "certificate-expired"
        case untrusted = "certificate-not-trusted"
        case general = "validation-failure"
        case badTLSA = "tlsa-invalid"
        case bogusDNS = "dnssec-invalid"
        case noPolicy = "sts-policy-fetch-error"
        case badPolicy = "sts-policy-invalid"
        case badPolicyHost = "sts-webpki-invalid"
    }

    public let result: Result
    /// The mail host's name.
    public var host = ""
    /// Its address, and ours.
    public var remote = ""
    public var local = ""
    /// More for people.
    public var reason = ""

    public init(_ result: Result) { self.result = result }

    /// Bytes of its texts.
    var size: Int { [host, remote, local, reason].reduce(0) { $0 + $1.utf8.count } }

    /// By OpenSSL's words for what is wrong with a certificate.
    init(certificate words: String) {
        result =
            switch CertificateFault(words) {
            case .expired: .expired
            case .otherName: .otherHost
            case .untrusted: .untrusted
            case nil: .general
            }
        reason = words
    }
}

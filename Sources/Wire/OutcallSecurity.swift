public import TLS

/// How an outcall speaks TLS.
public struct OutcallSecurity: Sendable, Hashable {
    /// What a server's certificate has to pass; one that doesn't ends the connection.
    public enum Verification: Sendable, Hashable {
        /// Nothing; whether it would have passed by the authorities is told.
        case none
        /// It is for the name, and signed by an authority that we trust.
        case authorities
        /// It matches a TLSA record: RFC 7672.
        ///
        /// Where none of the records can be used, TLS is spoken without verification (RFC 7672 §2.2).
        case dane(TLSADemand)
    }

    /// The host or address that the certificate has to be for; a host is sent as SNI too.
    public var name: String?
    public var verification: Verification

    public init(name: String?, _ verification: Verification) {
        self.name = name
        self.verification = verification
    }

    /// By the authorities, or not at all.
    public init(name: String?, isVerified: Bool = true) {
        self.init(name: name, isVerified ? .authorities : .none)
    }

    var isVerified: Bool { verification != .none }

    var demand: TLSADemand? { if case .dane(let demand) = verification { demand } else { nil } }
}

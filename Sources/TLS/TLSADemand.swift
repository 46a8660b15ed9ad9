/// What a server's certificate has to match under DANE: RFC 7672.
///
/// The records must have been proved by DNSSEC; nobody looks at that any more here.
public struct TLSADemand: Sendable, Hashable {
    public var records: [TLSARecord]
    /// Further names that a certificate may be for, beside that of the server, where an authority is named (DANE-TA): the
    /// domain of the mail's recipient, and what these names were before a CNAME (RFC 7672 §3.2.3).
    public var otherNames: [String]

    public init(_ records: [TLSARecord], otherNames: [String] = []) {
        self.records = records
        self.otherNames = otherNames
    }
}

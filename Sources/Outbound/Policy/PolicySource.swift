internal import DNS

/// Where policies come from: DNS, and the domain's policy host.
protocol PolicySource: Sendable {
    /// The id of the policy that a domain has now; nil where DNS names none, or can't be asked.
    func id(of domain: Name) async -> String?
    /// The policy's text.
    func text(of domain: Name) async throws(PolicyFault) -> [UInt8]
}

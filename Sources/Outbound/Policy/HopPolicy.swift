/// By which rule a host has to prove itself, and who is told whether it has.
struct HopPolicy: Sendable {
    let rule: TLSRule
    /// Nothing goes there unless it has.
    let isEnforced: Bool
    let tally: TLSTally?

    /// Completes the reason why a host was of no use.
    var demand: String? {
        guard isEnforced else { return nil }
        return switch rule.kind {
        case .sts: "the MTA-STS policy of \(rule.domain) asks for TLS with a certificate of the host"
        case .tlsa: "the TLSA records of the host ask for TLS with a certificate that matches (DANE)"
        case .none: nil
        }
    }
}

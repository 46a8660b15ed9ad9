/// A list of domains that also means what lies below them.
struct RefusedDomains: Sendable {
    private let domains: Set<String>

    init(_ domains: [String]) { self.domains = Set(domains.map { $0.lowercased() }) }

    func contains(_ domain: String) -> Bool {
        let labels = domain.split(separator: ".")
        return labels.indices.contains { domains.contains(labels[$0...].joined(separator: ".")) }
    }
}

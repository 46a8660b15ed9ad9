internal import Outbound

extension Runner {
    /// The destinations that nothing is tried with for now, by name.
    var waiting: [String: DestinationState] {
        Dictionary(states.filter { $0.notBefore != nil }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

/// Where an outcall goes.
public enum OutcallTarget: Sendable, Hashable {
    /// A host's name, or an IP address without brackets.
    case tcp(host: String, port: UInt16)
    case unix(path: String)
    /// Addresses that were resolved elsewhere.
    case race(OutcallRace)
}

/// A zone that a resolver answers from its settings.
public struct LocalZone: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// What isn't listed doesn't exist.
        case closed = "static"
        /// What isn't listed is asked for as ever.
        case open = "transparent"
        /// Everything below it fails, as if its servers refused.
        case refused = "refuse"
    }

    public var name: String
    public var kind: Kind
    /// In presentation format: `mx.example. 300 IN A 192.0.2.1`.
    public var records: [String]

    public init(_ name: String, _ kind: Kind, records: [String] = []) {
        self.name = name
        self.kind = kind
        self.records = records
    }
}

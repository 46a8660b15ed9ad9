/// The tables of a database, and how each format was made from the one before.
public struct StoreSchema: Sendable {
    /// The statements that make format N+1 of format N, at place N.
    public let steps: [[String]]

    public init(steps: [[String]]) { self.steps = steps }

    /// The format that this version writes: `PRAGMA user_version`.
    public var format: Int { steps.count }
}

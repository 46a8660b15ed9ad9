/// Why a configuration can't be taken at all; what is wrong inside single files stands in `ConfigSnapshot.problems`.
public struct ConfigError: Error, Equatable, Sendable, CustomStringConvertible {
    /// At least one.
    public let problems: [Problem]

    public init(_ problems: [Problem]) {
        self.problems = problems
    }

    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

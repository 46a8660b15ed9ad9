/// A value of a configuration file.
///
/// Those of ini and plain files are texts as written; yaml and json give their types.
public enum ConfigValue: Equatable, Sendable {
    /// A key without `=` in an ini file, null elsewhere.
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([ConfigNode])
    case section(ConfigSection)

    /// A scalar as it would stand in an ini file; nil for null, a list or a section.
    public var scalarText: String? {
        switch self {
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): value
        case .null, .list, .section: nil
        }
    }
}

/// A value and where it was read.
public struct ConfigNode: Equatable, Sendable {
    public var value: ConfigValue
    public var origin: Origin

    public init(_ value: ConfigValue, at origin: Origin) {
        self.value = value
        self.origin = origin
    }

    public var section: ConfigSection? {
        if case .section(let section) = value { section } else { nil }
    }
}

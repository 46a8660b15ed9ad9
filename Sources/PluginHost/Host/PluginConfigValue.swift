/// What a path of the configuration leads to.
public enum PluginConfigValue: Sendable, Equatable {
    /// No such file, or nothing of that key in it.
    case absent
    /// A list or a section.
    case composite
    case text(String)
    case integer(Int64)
    case real(Double)
    case boolean(Bool)
}

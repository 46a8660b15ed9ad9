/// A value that has passed its schema.
public enum SettingValue: Sendable {
    case boolean(Bool)
    case integer(Int)
    case duration(Duration)
    case text(String)
    case list([String])
    case addresses([ListenAddress])
    /// What a custom parser made.
    case custom(any Sendable)
}

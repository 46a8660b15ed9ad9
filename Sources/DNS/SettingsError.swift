/// A setting that libunbound doesn't take.
public struct SettingsError: Error, Hashable, Sendable {
    /// What was set, in libunbound's words: `forward-addr`, `local-data`.
    public let setting: String
    public let value: String
    /// What libunbound said.
    public let reason: String

    public init(setting: String, value: String, reason: String) {
        self.setting = setting
        self.value = value
        self.reason = reason
    }
}

extension SettingsError: CustomStringConvertible {
    public var description: String {
        value.isEmpty ? "DNS resolver: \(setting): \(reason)" : "DNS resolver: \(setting) “\(value)”: \(reason)"
    }
}

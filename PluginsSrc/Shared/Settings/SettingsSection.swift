package import PluginKit

/// One section of an ini file, read as strictly as ``Settings`` does.
package struct SettingsSection {
    let settings: Settings
    package let file: String
    package let name: String
    package let values: [String: String]

    /// A section that stands nowhere, for files that have none of that name.
    package init(settings: Settings, file: String, name: String, values: [String: String] = [:]) {
        self.settings = settings
        self.file = file
        self.name = name
        self.values = values
    }

    /// This section where it says something, else the other one.
    package func over(_ lower: SettingsSection) -> SettingsSection {
        SettingsSection(settings: settings, file: file, name: name, values: lower.values.merging(values) { $1 })
    }

    /// This section without those keys.
    package func without(_ keys: String...) -> SettingsSection {
        SettingsSection(settings: settings, file: file, name: name, values: values.filter { !keys.contains($0.key) })
    }

    package func has(_ key: String) -> Bool { !(values[key] ?? "").isEmpty }

    /// Whether one of these keys stands here.
    package func has(anyOf keys: String...) -> Bool { keys.contains(where: has) }

    package func text(_ key: String, default fallback: String) -> String {
        guard let text = values[key], !text.isEmpty else { return fallback }
        return text
    }

    /// A truth value; anything but Haraka's words for true and their opposites is an error.
    package func boolean(_ key: String, default fallback: Bool) throws(PluginError) -> Bool {
        let text = text(key, default: "")
        guard !text.isEmpty else { return fallback }
        guard let value = Settings.truth(text) else {
            throw wrong(key, "\(key) is \"\(text)\", but must be true or false")
        }
        return value
    }

    /// A whole number of that range; anything else is an error.
    package func number(_ key: String, default fallback: Int, in range: ClosedRange<Int>) throws(PluginError) -> Int {
        let text = text(key, default: "")
        guard !text.isEmpty else { return fallback }
        guard text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(text), range ~= number else {
            throw wrong(key, "\(key) is \"\(text)\", but must be \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A time in whole seconds.
    package func seconds(
        _ key: String,
        default fallback: Int,
        in range: ClosedRange<Int> = 1...3600
    ) throws(PluginError) -> Duration {
        .seconds(try number(key, default: fallback, in: range))
    }

    /// The error for a key of this section.
    package func wrong(_ key: String, _ sentence: String) -> PluginError {
        settings.wrong(file, section: name, key: key, sentence)
    }
}

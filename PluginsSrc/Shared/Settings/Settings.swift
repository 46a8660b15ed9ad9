package import PluginKit

/// Reads a plugin's configuration strictly: what cannot be meant is an error that names file and line.
package struct Settings {
    private let config: Configuration

    package init(_ host: Host) { config = host.config }

    /// The service directory.
    package func directory() throws(PluginError) -> String {
        do throws(HostError) { return try config.directory() } catch { throw PluginError("\(error)") }
    }

    /// The lines of a plain file; none when it is absent.
    package func list(_ file: String) -> [String] { config.list(file) }

    /// A text; the default when the key is absent or empty.
    package func text(_ file: String, _ key: String, default fallback: String) -> String {
        guard let text = config.string("\(file):\(key)"), !text.isEmpty else { return fallback }
        return text
    }

    /// A truth value; anything but Haraka's words for true and their opposites is an error.
    package func boolean(_ file: String, _ key: String, default fallback: Bool) throws(PluginError) -> Bool {
        let text = text(file, key, default: "")
        guard !text.isEmpty else { return fallback }
        guard let value = Self.truth(text) else {
            throw wrong(file, key: key, "\(key) is \"\(text)\", but must be true or false")
        }
        return value
    }

    /// A whole number of that range; anything else is an error.
    package func number(
        _ file: String,
        _ key: String,
        default fallback: Int,
        in range: ClosedRange<Int>
    ) throws(PluginError) -> Int {
        let text = text(file, key, default: "")
        guard !text.isEmpty else { return fallback }
        guard text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(text), range ~= number else {
            let sentence = "\(key) is \"\(text)\", but must be \(range.lowerBound) to \(range.upperBound)"
            throw wrong(file, key: key, sentence)
        }
        return number
    }

    /// A time in whole seconds.
    package func seconds(
        _ file: String,
        _ key: String,
        default fallback: Int,
        in range: ClosedRange<Int> = 1...3600
    ) throws(PluginError) -> Duration {
        .seconds(try number(file, key, default: fallback, in: range))
    }

    /// A folder or file as it is named, absolute or below the service directory.
    package func path(_ file: String, _ key: String, default fallback: String) throws(PluginError) -> String {
        let path = text(file, key, default: fallback)
        return path.hasPrefix("/") ? path : "\(try directory())/\(path)"
    }

    /// The first line of a plain file as a truth value, as `host_list.anti_spoof` has it.
    package func boolean(list file: String, default fallback: Bool) throws(PluginError) -> Bool {
        guard let text = config.list(file).first else { return fallback }
        guard let value = Self.truth(text) else {
            throw wrong(file, entry: text, "\"\(text)\" must be true or false")
        }
        return value
    }

    /// The keys of a section with their values as they are written.
    package func section(_ file: String, _ name: String) throws(PluginError) -> [(key: String, value: String)] {
        do throws(HostError) {
            guard let section = try config.json("\(file):\(name)") else { return [] }
            return section.keys.map { ($0, section[$0]?.string ?? "") }
        } catch {
            throw PluginError("config/\(file): \(error)")
        }
    }

    /// All sections of an ini file in their order; none when it is absent.
    package func sections(_ file: String) throws(PluginError) -> [SettingsSection] {
        do throws(HostError) {
            guard let all = try config.json(file) else { return [] }
            return all.keys.map { name in
                var values: [String: String] = [:]
                for key in all[name]?.keys ?? [] { values[key] = Self.text(of: all[name]?[key]) }
                return SettingsSection(settings: self, file: file, name: name, values: values)
            }
        } catch {
            throw PluginError("config/\(file): \(error)")
        }
    }

    /// The main section of an ini file, empty where there is none, and the ones with names in their order.
    package func parts(
        of file: String
    ) throws(PluginError) -> (main: SettingsSection, named: [SettingsSection]) {
        let all = try sections(file)
        let main = all.first { $0.name == "main" } ?? SettingsSection(settings: self, file: file, name: "main")
        return (main, all.filter { $0.name != "main" })
    }

    // `key[]=` makes a list.
    private static func text(of value: JSON?) -> String {
        value?.string ?? (value?.elements ?? []).compactMap(\.string).joined(separator: " ")
    }

    /// The error for a key of a section whose name may hold dots.
    package func wrong(_ file: String, section: String, key: String, _ sentence: String) -> PluginError {
        located(file, ConfigLines(file, in: config)?.number(ofKey: key[...], in: section[...]), sentence)
    }

    /// The error for an entry of a plain file.
    package func wrong(_ file: String, entry: String, _ sentence: String) -> PluginError {
        located(file, ConfigLines(file, in: config)?.number(ofEntry: entry), sentence)
    }

    /// The error for a key of an ini file, "relay.acl" or "path".
    package func wrong(_ file: String, key: String, _ sentence: String) -> PluginError {
        located(file, ConfigLines(file, in: config)?.number(ofKey: key), sentence)
    }

    private func located(_ file: String, _ line: Int?, _ sentence: String) -> PluginError {
        PluginError(line.map { "config/\(file):\($0): \(sentence)" } ?? "config/\(file): \(sentence)")
    }

    static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "ok", "enabled", "on", "1": true
        case "false", "no", "disabled", "off", "0": false
        default: nil
        }
    }
}

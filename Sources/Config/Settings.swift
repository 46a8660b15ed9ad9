/// The values of one file that have passed its schema: what is not set has its default.
///
/// Keys are named "key" (of section main) or "section.key". A key that the schema doesn't have, or one of another kind,
/// is a mistake of the programmer and stops the process.
public struct Settings: Sendable {
    /// The file that they are from.
    public let file: String
    /// The sections that only an open schema ("*") allows, in the order of the file.
    public internal(set) var openSections: [String] = []
    let schema: Schema
    var values: [String: [String: SettingValue]] = [:]
    var origins: [String: [String: Origin]] = [:]

    init(schema: Schema) {
        file = schema.file
        self.schema = schema
    }

    public func bool(_ key: String) -> Bool {
        guard case .boolean(let value)? = value(key) else { preconditionFailure(mistake(key, "a boolean")) }
        return value
    }

    public func int(_ key: String) -> Int {
        guard case .integer(let value)? = value(key) else { preconditionFailure(mistake(key, "a whole number")) }
        return value
    }

    /// A number of bytes.
    public func bytes(_ key: String) -> Int {
        int(key)
    }

    public func duration(_ key: String) -> Duration {
        guard case .duration(let value)? = value(key) else { preconditionFailure(mistake(key, "a duration")) }
        return value
    }

    /// A text or the word of a choice; empty when it is not set.
    public func text(_ key: String) -> String {
        switch value(key) {
        case .text(let value)?: value
        case nil: ""
        default: preconditionFailure(mistake(key, "a text"))
        }
    }

    /// A list of texts; empty when it is not set.
    public func list(_ key: String) -> [String] {
        switch value(key) {
        case .list(let value)?: value
        case nil: []
        default: preconditionFailure(mistake(key, "a list"))
        }
    }

    /// What the custom parser of a key made; nil when it is not set.
    public func custom<Value>(_ key: String, as type: Value.Type = Value.self) -> Value? {
        switch value(key) {
        case .custom(let value)?:
            guard let value = value as? Value else { preconditionFailure(mistake(key, "a \(type)")) }
            return value
        case nil: return nil
        default: preconditionFailure(mistake(key, "a custom value"))
        }
    }

    /// Whether a value stands there, in a file or as the default of the schema.
    public func has(_ key: String) -> Bool {
        value(key) != nil
    }

    /// Where a value stands; nil when it is the default of the schema.
    public func origin(_ key: String) -> Origin? {
        let (section, name) = split(key)
        return origins[section]?[name]
    }

    /// The names of the keys that a section has, those of a schema's "*" included.
    public func names(in section: String) -> [String] {
        (values[section] ?? [:]).keys.sorted()
    }

    private func value(_ key: String) -> SettingValue? {
        let (section, name) = split(key)
        let known = schema.keys(of: section)?.contains { $0.name == name || $0.name == "*" } ?? false
        precondition(known, "The schema of \(file) has no key \(key).")
        if let value = values[section]?[name] { return value }
        // An open section that the file doesn't have: its keys have their defaults all the same.
        let rule = schema.keys(of: section)?.first { $0.name == name }
        return rule.flatMap { $0.default.isEmpty ? nil : $0.kind.parse($0.default) }
    }

    /// "section.key": the longest section that the schema or the file knows, since names hold dots themselves.
    private func split(_ key: String) -> (section: String, name: String) {
        if schema.keys.contains(where: { $0.section == "main" && $0.name == key }) { return ("main", key) }
        var (end, open): (String.Index, String.Index?) = (key.endIndex, nil)
        while let dot = key[..<end].lastIndex(of: ".") {
            let section = String(key[..<dot])
            if schema.hasSection(section) || openSections.contains(section) {
                return (section, String(key[key.index(after: dot)...]))
            }
            open = open ?? dot
            end = dot
        }
        guard schema.hasOpenSections, let open else { return ("main", key) }
        return (String(key[..<open]), String(key[key.index(after: open)...]))
    }

    private func mistake(_ key: String, _ wanted: String) -> String {
        "\(key) of \(file) is not \(wanted), or has neither value nor default."
    }
}

/// What the name of a configuration file says about its content.
enum FileType: Sendable {
    case ini
    case json
    case yaml
    /// Keys, certificates and the like: bytes, no text.
    case binary
    /// A value, a list of lines or a text, as its reader likes.
    case plain

    init(name: String) {
        let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
        switch ending {
        case "ini": self = .ini
        case "json": self = .json
        case "yaml", "yml": self = .yaml
        case "pem", "bin", "binary", "key", "crt", "cer", "der", "p12", "pfx", "ocsp": self = .binary
        default: self = .plain
        }
    }

    /// The names that stand in for one that is missing: a `.json` may be written as `.yaml` and the other way round.
    static func alternatives(to name: String) -> [String] {
        guard let dot = name.lastIndex(of: ".") else { return [name] }
        let stem = name[..<dot]
        switch FileType(name: name) {
        case .json: return [name, stem + ".yaml", stem + ".yml"]
        case .yaml: return [name] + [stem + ".yaml", stem + ".yml", stem + ".json"].filter { $0 != name }
        case .ini, .binary, .plain: return [name]
        }
    }

    /// Whether a name is an editor's or a package manager's left-over, or hidden, and so no configuration.
    static func isIgnored(_ name: String) -> Bool {
        let leftovers = ["~", ".swp", ".swx", ".tmp", ".bak", ".orig", ".rej", ".dpkg-old", ".dpkg-new", ".dpkg-dist"]
        return name.hasPrefix(".") || name.hasPrefix("#") || leftovers.contains { name.hasSuffix($0) }
    }
}

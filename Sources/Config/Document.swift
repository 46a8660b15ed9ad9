/// An ini, json or yaml file with the defaults below it: what is in force.
public struct Document: Equatable, Sendable {
    /// As it was asked for: "smtp.ini".
    public let file: String
    /// The top-level keys; of an ini file the sections, `main` among them.
    public let root: ConfigSection

    init(file: String, root: ConfigSection) {
        self.file = file
        self.root = root
    }

    /// The keys of a section; empty when it is not there.
    public func section(_ name: String = "main") -> ConfigSection {
        root[name]?.section ?? ConfigSection()
    }

    /// One key of a section.
    public func node(_ key: String, in section: String = "main") -> ConfigNode? {
        root[section]?.section?[key]
    }

    /// The names of the sections as they are written, `main` left out.
    public var sectionNames: [String] {
        root.keys.filter { $0 != "main" && root[$0]?.section != nil }
    }
}

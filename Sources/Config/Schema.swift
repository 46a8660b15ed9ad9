/// What may stand in one ini, yaml or json file: its sections, keys, and their values.
public struct Schema: Sendable {
    /// "smtp.ini".
    public let file: String
    public let keys: [Key]

    public init(file: String, keys: [Key]) {
        self.file = file
        self.keys = keys
        for key in keys {
            let isSound = key.default.isEmpty || key.kind.parse(key.default) != nil
            precondition(isSound, "The default of \(key.name) in the schema of \(file) is not what the schema allows.")
        }
    }

    /// One key and what it may be.
    public struct Key: Sendable {
        /// "main"; "*" for every section that has no keys of its own in the schema, whatever its name.
        public let section: String
        /// "*" for every name that the section doesn't list.
        public let name: String
        public let kind: SettingKind
        /// As it would be written in the file; empty for "not set".
        public let `default`: String
        /// A sentence for people.
        public let help: String
        /// Why a key that is known from Haraka has no effect here; nil for a key that has.
        public let retired: String?
        /// Why a key that is known from Haraka must not stand there: going on without it would be less safe.
        public let refused: String?

        public init(
            _ name: String,
            _ kind: SettingKind,
            in section: String = "main",
            default: String = "",
            help: String = "",
            retired: String? = nil,
            refused: String? = nil
        ) {
            self.section = section
            self.name = name
            self.kind = kind
            self.default = `default`
            self.help = help
            self.retired = retired
            self.refused = refused
        }
    }

    /// Whether sections of any name may stand in the file.
    var hasOpenSections: Bool { keys.contains { $0.section == "*" } }

    func hasSection(_ name: String) -> Bool {
        // "*" stands for names, and is none itself.
        name == "main" || name != "*" && keys.contains { $0.section == name }
    }

    /// The keys that a section may have; nil when there is no such section.
    func keys(of section: String) -> [Key]? {
        if hasSection(section) { return keys.filter { $0.section == section } }
        return hasOpenSections ? keys.filter { $0.section == "*" } : nil
    }
}

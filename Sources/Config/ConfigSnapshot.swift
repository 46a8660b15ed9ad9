import System

/// A picture of all configuration files at one moment.
///
/// It never changes; a later reading makes another one.
public struct ConfigSnapshot: Sendable {
    /// How the live directory is shown in messages: "config".
    public let name: String
    /// What is wrong with files as such: unreadable, not to be understood.
    ///
    /// With an error the snapshot is not to be used.
    public let problems: [Problem]
    /// The files of the live directory by name.
    public let files: [String: ConfigFile]
    /// Those of each directory with defaults.
    let shipped: [[String: ConfigFile]]
    /// What `!file` keys of the live yaml and json files put over other files.
    private let overrides: [String: ConfigNode]
    /// What legacy flat files put below the live ones: file → keys by section.
    private var folded: [String: ConfigSection] = [:]
    /// Merged once, since plugins ask for single keys while mail passes.
    private var documents: [String: Document] = [:]

    init(
        name: String,
        live: [String: ConfigFile],
        shipped: [[String: ConfigFile]],
        problems: [Problem]
    ) {
        self.name = name
        self.problems = problems
        files = live
        self.shipped = shipped
        var overrides: [String: ConfigNode] = [:]
        for (_, file) in live.sorted(by: { $0.key < $1.key }) {
            guard FileType(name: file.name) != .ini, let section = file.root?.section else { continue }
            for key in section.keys where key.hasPrefix("!") { overrides[String(key.dropFirst())] = section[key] }
        }
        self.overrides = overrides
        let names = ([live] + shipped).flatMap(\.keys) + overrides.keys
        for name in Set(names.flatMap { FileType.alternatives(to: $0) }) { documents[name] = merged(name) }
    }

    /// The same picture with keys put between the defaults and the live files.
    func folding(_ sections: [String: ConfigSection]) -> ConfigSnapshot {
        var copy = self
        copy.folded = sections
        for name in sections.keys { copy.documents[name] = copy.merged(name) }
        return copy
    }

    /// A snapshot of texts instead of files, for the tests of those who read configuration.
    public init(name: String = "config", texts: [String: String], shipped: [String: String] = [:]) {
        func parse(_ texts: [String: String], isShipped: Bool) -> ([String: ConfigFile], [Problem]) {
            var (files, problems): ([String: ConfigFile], [Problem]) = ([:], [])
            for (file, text) in texts.sorted(by: { $0.key < $1.key }) {
                let (parsed, found) = ConfigFile.parse(
                    name: file,
                    path: "/\(name)/\(file)",
                    shownPath: isShipped ? "/shipped/\(file)" : "\(name)/\(file)",
                    isShipped: isShipped,
                    bytes: Array(text.utf8),
                    facts: .none
                )
                files[file] = parsed
                problems += found
            }
            return (files, problems)
        }
        let (live, faults) = parse(texts, isShipped: false)
        let (defaults, others) = parse(shipped, isShipped: true)
        self.init(name: name, live: live, shipped: [defaults], problems: faults + others)
    }

    /// An ini, json or yaml file: shipped defaults, over them the live file, over it what a `!file` key says.
    ///
    /// Nil when there is none of that name. A missing `.json` is read from `.yaml` and the other way round.
    public func document(_ file: String) -> Document? {
        documents[file]
    }

    private func merged(_ file: String) -> Document? {
        let names = FileType.alternatives(to: file)
        let isINI = FileType(name: file) == .ini
        var layers = shipped.reversed().compactMap { Self.layer(names, in: $0) }
        if let folded = folded[file] { layers.append(folded) }
        if let live = Self.layer(names, in: files) { layers.append(live) }
        for name in names.reversed() {
            guard isINI || FileType(name: name) != .plain, let section = overrides[name]?.section else { continue }
            layers.append(isINI ? Self.underMain(section) : section)
        }
        guard let first = layers.first else { return nil }
        return Document(file: file, root: layers.dropFirst().reduce(first) { $0.overlaid(with: $1) })
    }

    private static func layer(_ names: [String], in files: [String: ConfigFile]) -> ConfigSection? {
        guard var section = names.lazy.compactMap({ files[$0]?.root?.section }).first else { return nil }
        for key in section.keys where key.hasPrefix("!") { section[key] = nil }
        return section
    }

    /// In yaml a key may stand outside of every section; in an ini file that place is section main.
    private static func underMain(_ section: ConfigSection) -> ConfigSection {
        var (result, main) = (section, section["main"]?.section ?? ConfigSection())
        for key in section.keys where key != "main" && section[key]?.section == nil {
            main[key] = section[key]
            result[key] = nil
        }
        if let origin = section["main"]?.origin ?? main.keys.first.flatMap({ main[$0]?.origin }) {
            result["main"] = ConfigNode(.section(main), at: origin)
        }
        return result
    }

    /// The lines of a plain file without comments; the live file replaces a shipped one as a whole.
    ///
    /// Nil: no such file.
    public func list(_ file: String) -> [ConfigLine]? {
        if let node = overrides[file] { return Self.lines(of: node) }
        return plainFile(file)?.lines
    }

    /// The first line of a plain file that is no comment.
    ///
    /// Nil: no such file, or nothing in it.
    public func value(_ file: String) -> ConfigLine? {
        list(file)?.first
    }

    /// All bytes of a file of any type, the live one or else a shipped one.
    public func data(_ file: String) -> [UInt8]? {
        plainFile(file)?.bytes
    }

    /// The file that is in force under a name, if it is not made of several.
    public func plainFile(_ file: String) -> ConfigFile? {
        files[file] ?? shipped.lazy.compactMap { $0[file] }.first
    }

    private static func lines(of node: ConfigNode) -> [ConfigLine] {
        let nodes = if case .list(let nodes) = node.value { nodes } else { [node] }
        return nodes.compactMap { node in
            node.value.scalarText.map { ConfigLine(text: $0, origin: node.origin) }
        }
    }

    /// Whether anything is known under a name.
    public func contains(_ file: String) -> Bool {
        document(file) != nil || plainFile(file) != nil || overrides[file] != nil
    }
}

/// One of Haraka's old plain files that hold a single setting, and the key that has replaced it.
public struct LegacyFile: Sendable {
    /// How the content of the file becomes the value of the key.
    public enum Form: Sendable {
        /// Its first line.
        case value
        /// All its lines.
        case list
        /// A yes is a no and the other way round, as in `header_hide_version` for `show_version`.
        case inverted
    }

    /// "databytes".
    public let name: String
    /// "connection.ini".
    public let file: String
    /// "max".
    public let section: String
    /// "bytes".
    public let key: String
    public let form: Form

    public init(_ name: String, replacedBy file: String, _ section: String, _ key: String, form: Form = .value) {
        self.name = name
        self.file = file
        self.section = section
        self.key = key
        self.form = form
    }
}

extension ConfigSnapshot {
    /// A snapshot that obeys the old files too, and a notice for each that is there.
    ///
    /// Where the live ini file sets the key, that counts.
    public func folding(_ legacy: [LegacyFile]) -> (snapshot: ConfigSnapshot, notices: [Problem]) {
        var (sections, notices): ([String: ConfigSection], [Problem]) = ([:], [])
        for old in legacy {
            guard let lines = files[old.name]?.lines, let first = lines.first else { continue }
            let place = "\(old.key) in [\(old.section)] of \(old.file)"
            if document(old.file)?.node(old.key, in: old.section)?.origin.isShipped == false {
                let message = "has no effect, since \(place) is set; remove this file"
                notices.append(Problem(.warning, at: first.origin, key: old.key, message))
                continue
            }
            let message = "this old file is obeyed; its new place is \(place)"
            notices.append(Problem(.notice, at: first.origin, key: old.key, message))
            var root = sections[old.file] ?? ConfigSection()
            var section = root[old.section]?.section ?? ConfigSection()
            section[old.key] = ConfigNode(Self.value(of: lines, first, old.form), at: first.origin)
            root[old.section] = ConfigNode(.section(section), at: first.origin)
            sections[old.file] = root
        }
        return (folding(sections), notices)
    }

    private static func value(of lines: [ConfigLine], _ first: ConfigLine, _ form: LegacyFile.Form) -> ConfigValue {
        switch form {
        case .value: .text(first.text)
        case .list: .list(lines.map { ConfigNode(.text($0.text), at: $0.origin) })
        // A word that is neither yes nor no is left to the schema, which complains about it.
        case .inverted: .text(BooleanWord.value(of: first.text).map { $0 ? "false" : "true" } ?? first.text)
        }
    }
}

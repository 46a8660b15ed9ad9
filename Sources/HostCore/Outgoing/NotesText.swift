internal import Config
internal import PluginHost
internal import System

/// What plugins noted about a message, as the queue keeps it: a JSON object, by key.
///
/// Texts, booleans and small integers are themselves; what JSON has no type for is an object of its type and its text.
enum NotesText {
    private static let nowhere = Origin(path: "", line: 0)

    /// More than this doesn't go with a message: it is in memory with every message that is on its way.
    static let limit = 64 << 10

    /// Nil when there are none; those that go beyond the limit are left out.
    static func encode(_ notes: [Note]) -> String? {
        var section = ConfigSection()
        var size = 0
        for note in notes {
            let bytes =
                switch note.value {
                case .text(let bytes), .bytes(let bytes): bytes.count
                case .boolean, .integer, .unsigned, .real: 8
                }
            guard size + note.key.utf8.count + bytes <= limit else { continue }
            size += note.key.utf8.count + bytes
            section[note.key] = ConfigNode(value(note.value), at: nowhere)
        }
        return section.isEmpty ? nil : ConfigValue.section(section).json
    }

    /// What can't be read is left out.
    static func decode(_ text: String?) -> [Note] {
        guard let text, case .section(let section)? = ConfigValue(json: text) else { return [] }
        return section.keys.compactMap { key in
            section[key].flatMap { note($0.value) }.map { Note(key, $0) }
        }
    }

    private static func value(_ value: Note.Value) -> ConfigValue {
        switch value {
        case .boolean(let flag): .boolean(flag)
        case .integer(let number): .integer(Int(number))
        case .unsigned(let number): typed("unsigned", "\(number)")
        case .real(let number): typed("real", "\(number)")
        case .text(let bytes):
            String(validating: bytes, as: UTF8.self).map { .text($0) } ?? typed("bytes", Hexadecimal.text(of: bytes))
        case .bytes(let bytes): typed("bytes", Hexadecimal.text(of: bytes))
        }
    }

    private static func note(_ value: ConfigValue) -> Note.Value? {
        switch value {
        case .boolean(let flag): return .boolean(flag)
        case .integer(let number): return .integer(Int64(number))
        case .text(let text): return .text(Array(text.utf8))
        case .section(let section):
            guard let type = section.keys.first, case .text(let text)? = section[type]?.value else { return nil }
            switch type {
            case "unsigned": return UInt64(text).map { .unsigned($0) }
            case "real": return Double(text).map { .real($0) }
            case "bytes": return Hexadecimal.bytes(of: text).map { .bytes($0) }
            default: return nil
            }
        case .null, .number, .list: return nil
        }
    }

    private static func typed(_ type: String, _ text: String) -> ConfigValue {
        var section = ConfigSection()
        section[type] = ConfigNode(.text(text), at: nowhere)
        return .section(section)
    }
}

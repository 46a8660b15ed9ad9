/// What plugins have noted about a session or a transaction.
struct NoteBook: Sendable {
    typealias Value = Note.Value

    static let valueLimit = 64 << 10
    static let limit = 1 << 20

    private var values: [String: Value] = [:]
    private var size = 0

    subscript(_ key: String) -> Value? { values[key] }

    /// False, and nothing has changed, when a bound would be passed.
    mutating func set(_ key: String, _ value: Value?) -> Bool {
        let old = values[key].map { $0.size + key.utf8.count } ?? 0
        guard let value else {
            values[key] = nil
            size -= old
            return true
        }
        let new = value.size + key.utf8.count
        guard value.size <= Self.valueLimit, size - old + new <= Self.limit else { return false }
        values[key] = value
        size += new - old
        return true
    }

    /// Adds a line to a text.
    mutating func append(_ key: String, line: String) -> Bool {
        guard case .text(let before)? = values[key] else { return set(key, .text(Array(line.utf8))) }
        return set(key, .text(before + [0x0A] + Array(line.utf8)))
    }

    /// All that begins with a prefix, by key.
    func all(below prefix: String) -> [(key: String, value: Value)] {
        values.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
    }
}

extension Note.Value {
    /// Bytes that count against the bounds.
    var size: Int {
        switch self {
        case .boolean, .integer, .unsigned, .real: 8
        case .text(let bytes), .bytes(let bytes): bytes.count
        }
    }

    var string: String? {
        switch self {
        case .text(let bytes), .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .real(let number): String(number)
        case .boolean(let isTrue): isTrue ? "true" : "false"
        }
    }
}

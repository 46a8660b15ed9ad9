/// The fields of a TXT record such as `v=STSv1; id=20160831085700Z;`: RFC 8461 §3.1, RFC 8460 §3.
struct TextFields: Equatable {
    private let fields: [(name: String, value: String)]

    static func == (left: TextFields, right: TextFields) -> Bool {
        left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
    }

    /// The one record of a version; nil where there is none, or more than one, or one that breaks the grammar.
    static func only(_ version: String, in texts: [[UInt8]]) -> TextFields? {
        let candidates = texts.filter { isOf(version, $0) }
        return candidates.count == 1 ? TextFields(candidates[0], version) : nil
    }

    /// Whether a record is of the version at all: what isn't says nothing of others.
    private static func isOf(_ version: String, _ text: [UInt8]) -> Bool {
        let head = "v=\(version)"
        guard text.starts(with: head.utf8) else { return false }
        return text.dropFirst(head.utf8.count).first { !isBlank($0) } == UInt8(ascii: ";")
    }

    private init?(_ text: [UInt8], _ version: String) {
        var fields: [(String, String)] = []
        var parts = text.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(Self.trimmed)
        // A delimiter may end the record.
        if parts.last?.isEmpty == true { parts.removeLast() }
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")), Self.isName(part[..<equals]) else { return nil }
            let value = part[(equals + 1)...]
            guard !value.isEmpty, value.allSatisfy({ Self.isBlank($0) || (0x21...0x7E).contains($0) }) else {
                return nil
            }
            fields.append((String(decoding: part[..<equals], as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        guard !fields.isEmpty else { return nil }
        self.fields = fields
    }

    /// The first field of a name counts: fields that nobody knows, and repeated ones, are passed over.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ part: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var part = part.drop(while: isBlank)
        while let last = part.last, isBlank(last) { part.removeLast() }
        return part
    }

    private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
        (1...32).contains(name.count) && name.first.map(NameBytes.isAlphanumeric) == true
            && name.allSatisfy(NameBytes.isOfField)
    }
}

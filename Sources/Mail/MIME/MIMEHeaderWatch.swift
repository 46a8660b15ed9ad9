/// Catches the two fields that say what a part is made of, while its header goes by.
struct MIMEHeaderWatch: Sendable, Equatable {
    private enum Field { case type, encoding }

    /// Bytes of a value that are looked at; more says nothing about parts.
    private static let valueLimit = 8192

    private(set) var type: [UInt8]?
    private(set) var encoding: [UInt8]?
    /// Bytes of the name under way, and which of the two it may still be.
    private var matched = 0
    private var mayBeType = false
    private var mayBeEncoding = false
    private var catching: Field?

    mutating func beginName() {
        (matched, mayBeType, mayBeEncoding) = (0, true, true)
        catching = nil
    }

    /// Whether there is any use in showing it more of the name under way.
    var wantsName: Bool { mayBeType || mayBeEncoding }

    mutating func name(_ byte: UInt8) {
        mayBeType = mayBeType && Self.stands(byte, in: "content-type", at: matched)
        mayBeEncoding = mayBeEncoding && Self.stands(byte, in: "content-transfer-encoding", at: matched)
        matched += 1
    }

    /// Behind the colon; only the first of each counts, as for nearly all who read mail.
    mutating func endName() {
        if mayBeType, matched == 12, type == nil {
            catching = .type
            type = []
        } else if mayBeEncoding, matched == 25, encoding == nil {
            catching = .encoding
            encoding = []
        }
    }

    /// The field under way has ended.
    mutating func endField() { catching = nil }

    var isCatching: Bool { catching != nil }

    /// A part of a value, its folds too.
    mutating func value(_ text: Span<UInt8>) {
        switch catching {
        case .type: Self.add(text, to: &type)
        case .encoding: Self.add(text, to: &encoding)
        case nil: break
        }
    }

    /// The line under way is no field after all.
    mutating func forget() {
        switch catching {
        case .type: type = nil
        case .encoding: encoding = nil
        case nil: break
        }
        catching = nil
    }

    /// Whether the content is encoded, so that nothing can be seen in it.
    var isEncoded: Bool {
        guard let encoding, let field = MIMEField(encoding.span) else { return false }
        return !["7bit", "8bit", "binary"].contains(field.value)
    }

    private static func stands(_ byte: UInt8, in word: String, at index: Int) -> Bool {
        let letters = word.utf8.span
        return index < letters.count && letters[index] == byte.lowercased
    }

    private static func add(_ text: Span<UInt8>, to value: inout [UInt8]?) {
        guard let count = value?.count, count < valueLimit else { return }
        value?.append(copying: text.extracting(..<min(text.count, valueLimit - count)))
    }
}

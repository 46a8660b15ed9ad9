/// The header section of a message, byte for byte, with the empty line that ends it.
///
/// It keeps no index: a look-up walks the lines at memory speed, and most messages are asked for no field at all.
public struct HeaderBlock: Sendable, Equatable {
    /// The fields as they stand, then an empty line; behind it only what ``init(_:)`` says.
    public private(set) var bytes: [UInt8]
    /// How many bytes stand behind the last field.
    private var rest: Int

    /// Takes a header section.
    ///
    /// Where the empty line at its end is missing, as in a message whose text begins too early, it is added. A message may end
    /// within a line (BDAT, RFC 3030): a field gets the line end that it lacks, and a beginning that isn't yet a field stays
    /// as it came, behind the empty line.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let span = bytes.span
        let walk = Self.walk(span)
        rest = bytes.count - walk.end
        guard walk.stop != .emptyLine else { return }
        if walk.stop == .noMore, Self.isField(span, at: walk.end) {
            rest = 2
            self.bytes += bytes.last == 0x0D ? [0x0A, 0x0D, 0x0A] : [0x0D, 0x0A, 0x0D, 0x0A]
        } else {
            rest += 2
            self.bytes.insert(contentsOf: [0x0D, 0x0A], at: walk.end)
        }
    }

    /// Where the header section of a text ends: just behind its empty line, or nil if that isn't to be seen yet.
    ///
    /// A line that is neither a field nor the continuation of one ends the section too, and belongs to the body: its
    /// own offset is given. (Such mail exists; pretending that the line were a header would hide it from no reader but
    /// ours.) At the end of a message nil means that all of it is header.
    public static func end(of text: Span<UInt8>) -> Int? {
        let walk = walk(text)
        switch walk.stop {
        case .emptyLine: return walk.end + 2
        case .otherLine: return walk.end
        case .noMore: return nil
        }
    }

    /// The value of the nth field of a name, counted from 0, as a range of ``bytes``.
    ///
    /// Blanks around it are left out, folds stay as they stand.
    public func value(of name: String, nth: Int = 0) -> Range<Int>? {
        var left = nth
        var found: Range<Int>?
        let span = bytes.span
        Self.walk(span) { field in
            guard field.isNamed(name, in: span) else { return true }
            left -= 1
            guard left < 0 else { return true }
            found = span.trimmed(field.value)
            return false
        }
        return found
    }

    /// How many fields there are of a name, its letters in either case.
    public func count(of name: String) -> Int {
        var count = 0
        let span = bytes.span
        Self.walk(span) { field in
            if field.isNamed(name, in: span) { count += 1 }
            return true
        }
        return count
    }

    /// How many fields of a name a text begins with; nil when its header section isn't whole yet.
    public static func count(of name: String, in text: Span<UInt8>) -> Int? {
        var count = 0
        let walk = walk(text) { field in
            if field.isNamed(name, in: text) { count += 1 }
            return true
        }
        return walk.stop == .noMore ? nil : count
    }

    /// Makes one change; every other field stays byte for byte.
    public mutating func apply(_ edit: HeaderEdit) throws(HeaderEditError) {
        switch edit {
        case .addTop(let name, let value):
            bytes.replaceSubrange(0..<0, with: try HeaderField.line(name: name, value: value))
        case .addEnd(let name, let value):
            let end = bytes.count - rest
            bytes.replaceSubrange(end..<end, with: try HeaderField.line(name: name, value: value))
        case .remove(let name, let nth):
            try HeaderField.check(name: name)
            remove(fields(named: name, nth: nth))
        case .replace(let name, let value, let nth):
            let line = try HeaderField.line(name: name, value: value)
            guard let field = fields(named: name, nth: nth).first else { throw .noSuchField }
            bytes.replaceSubrange(field, with: line)
        }
    }

    private mutating func remove(_ fields: [Range<Int>]) {
        for field in fields.reversed() { bytes.removeSubrange(field) }
    }

    private func fields(named name: String, nth: Int?) -> [Range<Int>] {
        var found: [Range<Int>] = []
        let span = bytes.span
        Self.walk(span) { field in
            if field.isNamed(name, in: span) { found.append(field.whole) }
            return true
        }
        guard let nth else { return found }
        return found.indices.contains(nth) ? [found[nth]] : []
    }
}

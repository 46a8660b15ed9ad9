/// The lines of an ini file, in whose section `[users]` one line is changed and all else stays as it is.
///
/// It reads them as the ini reader does: comments, sections that come twice, lines joined by a `\`.
struct UserLines {
    private struct Line {
        var content: ArraySlice<UInt8>
        /// CRLF, LF, CR, or nothing at the end of the file.
        var end: ArraySlice<UInt8>
    }

    private static let section = Array("users".utf8)

    private var lines: [Line]
    /// The lines that give the user its value, by number; a value may take several, and be given twice.
    private var found: [[Int]] = []
    /// Before which line a new user goes; nil without a section.
    private var place: Int?

    /// The file's bytes with this line for the user, and whether there was one before.
    static func setting(_ user: String, to value: String, in bytes: [UInt8]) -> (bytes: [UInt8], wasThere: Bool) {
        var lines = UserLines(bytes)
        lines.find(Array(user.utf8))
        let wasThere = !lines.found.isEmpty
        lines.put(Array("\(user)=\(value)".utf8)[...])
        return (lines.lines.flatMap { $0.content + $0.end }, wasThere)
    }

    private init(_ bytes: [UInt8]) {
        lines = []
        var start = 0
        while start < bytes.count {
            let stop = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
            var next = min(stop + 1, bytes.count)
            if stop < bytes.count, bytes[stop] == 0x0D, next < bytes.count, bytes[next] == 0x0A { next += 1 }
            lines.append(Line(content: bytes[start..<stop], end: bytes[stop..<next]))
            start = next
        }
    }

    private mutating func find(_ user: [UInt8]) {
        var isUsers = false
        var pending: (text: [UInt8], lines: [Int]) = ([], [])
        for (number, line) in lines.enumerated() {
            if let first = Self.trimmed(line.content).first, [0x23, 0x3B].contains(first) { continue }
            pending.text += line.content
            pending.lines.append(number)
            let text = Self.trimmed(pending.text[...])
            if text.last == UInt8(ascii: "\\") {
                pending.text = Array(text.dropLast())
                continue
            }
            if let name = Self.header(text) { isUsers = name.elementsEqual(Self.section) }
            if isUsers, !text.isEmpty { place = number + 1 }
            if isUsers, Self.key(text).elementsEqual(user) { found.append(pending.lines) }
            pending = ([], [])
        }
        // An unfinished last line would take what follows as its own.
        if isUsers, !pending.lines.isEmpty, Self.key(Self.trimmed(pending.text[...])).elementsEqual(user) {
            found.append(pending.lines)
        }
    }

    private mutating func put(_ content: ArraySlice<UInt8>) {
        let ending = lines.first.map { $0.end.isEmpty ? [0x0A] : $0.end } ?? [0x0A]
        if let last = found.last {
            // The last one counts; an old password has no business in the lines before.
            let target = last[0]
            lines[target] = Line(content: content, end: lines[target].end.isEmpty ? ending : lines[target].end)
            let stale = Set(found.flatMap { $0 }).subtracting([target])
            lines = lines.enumerated().filter { !stale.contains($0.offset) }.map(\.element)
        } else if let place {
            if lines[place - 1].end.isEmpty { lines[place - 1].end = ending }
            lines.insert(Line(content: content, end: ending), at: place)
        } else {
            if let last = lines.indices.last {
                if lines[last].end.isEmpty { lines[last].end = ending }
                lines.append(Line(content: [], end: ending))
            }
            lines.append(Line(content: Array("[users]".utf8)[...], end: ending))
            lines.append(Line(content: content, end: ending))
        }
    }

    private static func header(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") else { return nil }
        return trimmed(text.dropFirst().dropLast())
    }

    private static func key(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        trimmed(text.prefix { $0 != UInt8(ascii: "=") })
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

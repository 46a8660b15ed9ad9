/// The id that a log line carries, in whichever format.
///
/// Takes the first place only where a line of ours has it, before anything that a peer sent: text that looks like another
/// line's beginning changes nothing.
struct LogLineID {
    /// The connection's id, without a transaction's number; nil for a line of no connection.
    let connection: String?

    init(_ line: Span<UInt8>) {
        guard let range = Self.bracketed(line) ?? Self.behind("\"uuid\":\"", line) ?? Self.behind("uuid=", line) else {
            connection = nil
            return
        }
        var end = range.lowerBound
        while end < range.upperBound, line[end] != UInt8(ascii: ".") { end += 1 }
        let id = (range.lowerBound..<end).map { line[$0] }
        connection = id.isEmpty || id == [UInt8(ascii: "-")] ? nil : String(decoding: id, as: UTF8.self)
    }

    /// `[LEVEL] [id]`, with a time or the journal's words before it.
    private static func bracketed(_ line: Span<UInt8>) -> Range<Int>? {
        var at = 0
        while at < line.count {
            guard line[at] == UInt8(ascii: "["), let level = close(line, at) else {
                // JSON and logfmt put the id before any message, which may have brackets.
                if line[at] == UInt8(ascii: "{") || line[at] == UInt8(ascii: "=") { return nil }
                at += 1
                continue
            }
            let open = level + 2
            if isLevel(line, at + 1..<level), open < line.count, line[open] == UInt8(ascii: "["),
                let end = close(line, open)
            {
                return open + 1..<end
            }
            at = level + 1
        }
        return nil
    }

    private static func close(_ line: Span<UInt8>, _ open: Int) -> Int? {
        var at = open + 1
        while at < line.count, at - open < 80 {
            if line[at] == UInt8(ascii: "]") { return at }
            at += 1
        }
        return nil
    }

    private static func isLevel(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        LogLevel.allCases.contains { level in
            level.label.utf8.count == range.count && zip(level.label.utf8, range).allSatisfy { $0 == line[$1] }
        }
    }

    /// What stands behind a key, up to a quote or a blank.
    private static func behind(_ key: String, _ line: Span<UInt8>) -> Range<Int>? {
        let key = Array(key.utf8)
        guard line.count > key.count else { return nil }
        for start in 0..<line.count - key.count where key.indices.allSatisfy({ line[start + $0] == key[$0] }) {
            let begin = start + key.count
            var end = begin
            while end < line.count, line[end] != UInt8(ascii: "\""), line[end] != UInt8(ascii: " ") { end += 1 }
            return begin..<end
        }
        return nil
    }
}

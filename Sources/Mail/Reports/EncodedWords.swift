/// Text beyond ASCII in header fields: RFC 2047.
enum EncodedWords {
    private static let start = "=?UTF-8?Q?"
    private static let end = "?="
    /// RFC 2047 §2: 75 characters in all.
    private static let payloadLimit = 75 - 12

    /// Whether a line can't stand in a header as it is: characters beyond ASCII, or what looks encoded and isn't.
    static func isNeeded(for line: String) -> Bool { words(line).contains(where: isNeeded) }

    private static func isNeeded(_ word: Substring) -> Bool {
        !word.utf8.allSatisfy { $0 < 0x80 } || word.utf8.starts(with: "=?".utf8)
    }

    private static func words(_ line: String) -> [Substring] {
        line.split(separator: " ", omittingEmptySubsequences: false)
    }

    /// Encodes a line from the first word that needs it to the last one.
    static func encode(_ line: String) -> String {
        let words = words(line)
        guard let first = words.firstIndex(where: isNeeded), let last = words.lastIndex(where: isNeeded) else {
            return line
        }
        let middle = encoded(words[first...last].joined(separator: " "))
        return (words[..<first].map(String.init) + [middle] + words[(last + 1)...].map(String.init))
            .joined(separator: " ")
    }

    private static func encoded(_ text: String) -> String {
        var output: [String] = []
        var payload = ""
        for scalar in text.unicodeScalars {
            // RFC 2047 §5: a character isn't parted.
            let piece = encoded(scalar)
            if payload.utf8.count + piece.utf8.count > payloadLimit {
                output.append(start + payload + end)
                payload = ""
            }
            payload += piece
        }
        output.append(start + payload + end)
        return output.joined(separator: " ")
    }

    /// Only letters and digits stand for themselves: RFC 2047 §5 (3) allows little more within a name.
    private static func encoded(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case " ": "_"
        case "a"..."z", "A"..."Z", "0"..."9": String(scalar)
        default: UTF8.encode(scalar).map { $0.map(QuotedPrintable.escaped).joined() } ?? ""
        }
    }

    /// A field's value with its encoded words read, as far as their charset is UTF-8, ASCII or Latin 1.
    static func decode(_ text: String) -> String {
        var output = ""
        var rest = text[...]
        while let mark = rest.firstRange(of: "=?") {
            guard let (word, next) = word(rest[mark.lowerBound...]) else {
                output += rest[..<mark.upperBound]
                rest = rest[mark.upperBound...]
                continue
            }
            output += rest[..<mark.lowerBound]
            output += word
            rest = rest[next...]
            // Blanks between two encoded words are no text: RFC 2047 §6.2.
            let behind = rest.drop { $0 == " " || $0 == "\t" }
            if behind.hasPrefix("=?"), self.word(behind) != nil { rest = behind }
        }
        return output + rest
    }

    /// `=?charset?encoding?text?=` at the start of a text, and where it ends.
    private static func word(_ text: Substring) -> (text: String, end: String.Index)? {
        let parts = text.split(separator: "?", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "=", parts[4].hasPrefix("="), !parts[3].contains(" ") else { return nil }
        let bytes: [UInt8]
        switch parts[2].lowercased() {
        case "b":
            var decoder = Base64Decoder()
            var decoded: [UInt8] = []
            decoder.decode(Array(parts[3].utf8).span, into: &decoded)
            decoder.finish(into: &decoded)
            bytes = decoded
        case "q": bytes = QuotedPrintable.decodedWord(Array(parts[3].utf8))
        default: return nil
        }
        guard let text = decoded(bytes, parts[1].lowercased()) else { return nil }
        return (text, parts[4].index(after: parts[4].startIndex))
    }

    private static func decoded(_ bytes: [UInt8], _ charset: String) -> String? {
        // RFC 2231 §5 lets a language follow.
        switch charset.prefix(while: { $0 != "*" }) {
        case "utf-8", "us-ascii": String(decoding: bytes, as: UTF8.self)
        case "iso-8859-1": String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default: nil
        }
    }
}

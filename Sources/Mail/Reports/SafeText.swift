/// Texts of strangers made fit to stand in a line of a report: no control characters, no line ends.
enum SafeText {
    /// A text as one line without blanks at its ends.
    static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { line.append(isHarmful(scalar) ? " " : scalar) }
        return trimmed(String(line))
    }

    /// The lines of a text, each made harmless; empty ones are left out, and one is always there.
    static func lines(_ text: String) -> [String] {
        let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map { oneLine(String($0)) }
        let full = lines.filter { !$0.isEmpty }
        return full.isEmpty ? [""] : full
    }

    /// A text as one line of ASCII, "?" for everything else.
    static func ascii(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in oneLine(text).unicodeScalars { line.append(scalar.isASCII ? scalar : "?") }
        return String(line)
    }

    static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    /// A text without blanks at its ends.
    static func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.firstIndex(where: { !$0.isBlank }), let last = bytes.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(text[first...last])
    }

    /// Controls, separators of lines, and what turns the direction of what follows: RFC 5198 §2, Unicode TR 36 §2.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}

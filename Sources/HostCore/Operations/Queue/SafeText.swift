internal import System

/// Texts of strangers, as a terminal may get them.
enum SafeText {
    /// On one line, without anything that moves a cursor or hides what stands beside it; what is too long is cut off.
    static func shown(_ text: String, limit: Int = .max) -> String {
        var line = LogText()
        line.plain(text.utf8.span)
        let shown = String(decoding: line.bytes, as: UTF8.self)
        return shown.count > limit ? shown.prefix(limit - 1) + "…" : shown
    }

    /// An address between the brackets of a path.
    static func path(_ address: String) -> String { "<\(shown(address))>" }

    /// A word of a shell command.
    static func word(_ text: String) -> String { ShellWord.of(shown(text)) }

    /// "1,234,567".
    static func grouped(_ number: Int) -> String {
        let digits = Array("\(number.magnitude)")
        var text = number < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// "1 message", "2 messages".
    static func count(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }
}

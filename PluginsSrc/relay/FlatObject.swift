/// Reads a JSON object whose values are all texts (RFC 8259), which is all that a line of `relay_dest_domains.ini` is.
struct FlatObject {
    private var rest: Substring

    /// The members, of equal keys the last; nil when the text is anything else.
    static func members(of text: String) -> [String: String]? {
        var reader = FlatObject(rest: text[...])
        guard let members = reader.object() else { return nil }
        reader.skipBlanks()
        return reader.rest.isEmpty ? members : nil
    }

    private mutating func object() -> [String: String]? {
        guard take("{") else { return nil }
        var members: [String: String] = [:]
        if take("}") { return members }
        repeat {
            guard let key = string(), take(":"), let value = string() else { return nil }
            members[key] = value
        } while take(",")
        return take("}") ? members : nil
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var text = ""
        while let character = rest.unicodeScalars.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                guard let escaped = escape() else { return nil }
                text.unicodeScalars.append(escaped)
            case "\u{0}"..."\u{1f}": return nil
            default: text.unicodeScalars.append(character)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        switch rest.unicodeScalars.popFirst() {
        case "\"": "\""
        case "\\": "\\"
        case "/": "/"
        case "u": hexadecimal()
        default: nil
        }
    }

    /// `\uXXXX`; half of a surrogate pair is no scalar, and no host name needs one.
    private mutating func hexadecimal() -> Unicode.Scalar? {
        let digits = rest.unicodeScalars.prefix(4)
        guard digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
        rest = rest[digits.endIndex...]
        return UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init)
    }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard rest.unicodeScalars.first == wanted else { return false }
        rest.unicodeScalars.removeFirst()
        return true
    }

    private mutating func skipBlanks() {
        while let first = rest.unicodeScalars.first, [" ", "\t", "\n", "\r"].contains(first) {
            rest.unicodeScalars.removeFirst()
        }
    }
}

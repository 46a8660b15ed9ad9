/// Writes a value as JSON on one line.
enum JSONWriter {
    static func text(of value: ConfigValue) -> String {
        var text = ""
        write(value, to: &text)
        return text
    }

    private static func write(_ value: ConfigValue, to text: inout String) {
        switch value {
        case .null: text += "null"
        case .boolean, .integer, .number: text += value.scalarText ?? "null"
        case .text(let string): write(string, to: &text)
        case .list(let nodes):
            text += "["
            for (index, node) in nodes.enumerated() {
                if index > 0 { text += "," }
                write(node.value, to: &text)
            }
            text += "]"
        case .section(let section):
            text += "{"
            for (index, key) in section.keys.enumerated() {
                if index > 0 { text += "," }
                write(key, to: &text)
                text += ":"
                write(section[key]?.value ?? .null, to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

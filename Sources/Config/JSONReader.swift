/// Reads JSON (RFC 8259) and keeps the line of every value.
struct JSONReader {
    /// What is wrong, and on which line.
    struct Fault: Error {
        let line: Int
        let message: String
    }

    private static let maximumDepth = 64

    private let bytes: [UInt8]
    private let path: String
    private let isShipped: Bool
    private var position = 0
    private var line = 1

    static func read(_ text: String, path: String, isShipped: Bool) throws(Fault) -> ConfigNode {
        var reader = JSONReader(bytes: Array(text.utf8), path: path, isShipped: isShipped)
        let node = try reader.value(depth: 0)
        reader.skipBlanks()
        if let next = reader.peek { throw reader.fault("'\(Self.shown(next))' after the end of the value") }
        return node
    }

    private init(bytes: [UInt8], path: String, isShipped: Bool) {
        self.bytes = bytes
        self.path = path
        self.isShipped = isShipped
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    private var origin: Origin { Origin(path: path, line: line, isShipped: isShipped) }

    private static func shown(_ byte: UInt8) -> String { Shown.text(String(decoding: [byte], as: UTF8.self)) }

    private func fault(_ message: String) -> Fault { Fault(line: line, message: message) }

    private func unexpected(_ wanted: String) -> Fault {
        fault(peek.map { "\(wanted) expected, not '\(Self.shown($0))'" } ?? "\(wanted) expected, but the file ends")
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            if byte == 0x0A { line += 1 }
            position += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Fault) -> ConfigNode {
        skipBlanks()
        let origin = origin
        switch peek {
        case UInt8(ascii: "{"): return ConfigNode(.section(try object(depth: deeper(depth))), at: origin)
        case UInt8(ascii: "["): return ConfigNode(.list(try array(depth: deeper(depth))), at: origin)
        case UInt8(ascii: "\""): return ConfigNode(.text(try string()), at: origin)
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
            return ConfigNode(try number(), at: origin)
        default: return ConfigNode(try word(), at: origin)
        }
    }

    private func deeper(_ depth: Int) throws(Fault) -> Int {
        guard depth < Self.maximumDepth else { throw fault("more than \(Self.maximumDepth) levels") }
        return depth + 1
    }

    private mutating func object(depth: Int) throws(Fault) -> ConfigSection {
        var section = ConfigSection()
        position += 1
        if take(UInt8(ascii: "}")) { return section }
        repeat {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try string()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
            let node = try value(depth: depth)
            if section[key] != nil { throw fault("the key '\(Shown.text(key))' is there twice") }
            section[key] = node
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw unexpected("',' or '}'") }
        return section
    }

    private mutating func array(depth: Int) throws(Fault) -> [ConfigNode] {
        var nodes: [ConfigNode] = []
        position += 1
        if take(UInt8(ascii: "]")) { return nodes }
        repeat { nodes.append(try value(depth: depth)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw unexpected("',' or ']'") }
        return nodes
    }

    private mutating func word() throws(Fault) -> ConfigValue {
        let words: [(String, ConfigValue)] = [("true", .boolean(true)), ("false", .boolean(false)), ("null", .null)]
        for (word, value) in words where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw unexpected("a value")
    }

    private mutating func number() throws(Fault) -> ConfigValue {
        let start = position
        while let byte = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "+-.eE".utf8.contains(byte) {
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        // RFC 8259 §6: no leading zero, no bare point; Swift's own parser is laxer than that.
        let isPlain = digits.allSatisfy(\.isNumber)
        let isStrict =
            !(digits.hasPrefix("0") && digits.dropFirst().first?.isNumber == true)
            && digits.first?.isNumber == true && digits.last?.isNumber == true && !digits.contains(".e")
            && !digits.contains(".E")
        if isStrict, isPlain, let value = Int(text) { return .integer(value) }
        if isStrict, let value = Double(text), value.isFinite { return .number(value) }
        throw fault("'\(Shown.text(text))' is no number")
    }

    private mutating func string() throws(Fault) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += String(try escape()).utf8
            case 0..<0x20:
                throw fault(
                    "a control character inside quotes; write it as \\u00\(byte < 16 ? "0" : "")"
                        + String(byte, radix: 16)
                )
            default: text.append(byte)
            }
        }
        throw fault("a text in quotes that does not end")
    }

    private mutating func escape() throws(Fault) -> Unicode.Scalar {
        guard let byte = peek else { throw unexpected("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicode()
        default: throw fault("'\\\(Self.shown(byte))' is no escape")
        }
    }

    private mutating func unicode() throws(Fault) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // RFC 8259 §7: beyond the first plane a character is written as two surrogates.
        if first < 0xDC00, bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            let second = try fourDigits()
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            {
                return scalar
            }
        }
        throw fault("half of a surrogate pair")
    }

    private mutating func fourDigits() throws(Fault) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        position += digits.count
        let text = String(decoding: digits, as: UTF8.self)
        guard text.utf8.count == 4, text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16) else {
            throw fault("\\u needs four hexadecimal digits")
        }
        return value
    }
}

/// Writes JSON, value by value: RFC 8259.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    /// Whether a comma is due before the next value.
    private var isBehind = false

    mutating func object(_ body: (inout JSONText) -> Void) { nest("{", "}", body) }

    mutating func array(_ body: (inout JSONText) -> Void) { nest("[", "]", body) }

    private mutating func nest(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONText) -> Void) {
        separate()
        bytes.append(UInt8(ascii: open))
        isBehind = false
        body(&self)
        bytes.append(UInt8(ascii: close))
        isBehind = true
    }

    /// The name of the value that follows.
    mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        isBehind = false
    }

    mutating func value(_ text: String) {
        separate()
        quote(text)
        isBehind = true
    }

    mutating func value(_ number: Int) {
        separate()
        bytes += Array("\(number)".utf8)
        isBehind = true
    }

    private mutating func separate() {
        if isBehind { bytes.append(UInt8(ascii: ",")) }
        isBehind = false
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                bytes += Array("\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSONText {
    mutating func pair(_ name: String, _ text: String) {
        key(name)
        value(text)
    }

    mutating func pair(_ name: String, _ number: Int) {
        key(name)
        value(number)
    }

    /// Nothing where the list is empty.
    mutating func pair(_ name: String, _ list: [String]) {
        guard !list.isEmpty else { return }
        key(name)
        array { for text in list { $0.value(text) } }
    }
}

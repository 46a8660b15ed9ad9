/// Puts a name together byte by byte, and holds it to the lengths of RFC 1035 §2.3.4.
struct NameBuilder {
    static let labelLimit = 63
    /// On the wire, with the length bytes and the root's.
    private static let nameLimit = 255

    private var text: [UInt8] = []
    private var labelLength = 0
    private var wireLength = 1

    /// One byte of a label.
    mutating func add(_ byte: UInt8) throws(NameError) {
        if labelLength == Self.labelLimit { throw .labelTooLong }
        if labelLength == 0 {
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            wireLength += 1
        }
        labelLength += 1
        wireLength += 1
        if wireLength > Self.nameLimit { throw .nameTooLong }
        write(byte)
    }

    mutating func endLabel() throws(NameError) {
        if labelLength == 0 { throw .emptyLabel }
        labelLength = 0
    }

    /// The name; the root when there was no label.
    func finish() throws(NameError) -> Name {
        text.isEmpty ? .root : Name(canonical: String(decoding: text, as: UTF8.self))
    }

    private mutating func write(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): text.append(byte | 0x20)
        // What stands for something else in a master file (RFC 1035 §5.1).
        case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
            text.append(UInt8(ascii: "\\"))
            text.append(byte)
        case 0x21...0x7E: text.append(byte)
        default:
            text.append(UInt8(ascii: "\\"))
            for divisor: UInt8 in [100, 10, 1] { text.append(UInt8(ascii: "0") + byte / divisor % 10) }
        }
    }
}

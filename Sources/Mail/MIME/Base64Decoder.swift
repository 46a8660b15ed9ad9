/// Decodes the content of a part in base64, in pieces of any size: RFC 2045 §6.8.
///
/// What is no digit is passed over, as the RFC asks. A "=" ends a group; what follows begins another, since some who read
/// mail go on there.
public struct Base64Decoder: Sendable, Equatable {
    private var bits: UInt32 = 0
    private var digits = 0

    public init() {}

    /// Appends what a piece stands for.
    public mutating func decode(_ text: Span<UInt8>, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + text.count / 4 * 3 + 3)
        for index in text.indices {
            let byte = text[index]
            if let value = Self.value(of: byte) {
                bits = bits << 6 | UInt32(value)
                digits += 1
                if digits == 4 { flush(into: &output) }
            } else if byte == UInt8(ascii: "=") {
                flush(into: &output)
            }
        }
    }

    /// The content ends here; digits that make no whole byte are dropped.
    public mutating func finish(into output: inout [UInt8]) { flush(into: &output) }

    private mutating func flush(into output: inout [UInt8]) {
        switch digits {
        case 4:
            output.append(UInt8(truncatingIfNeeded: bits >> 16))
            output.append(UInt8(truncatingIfNeeded: bits >> 8))
            output.append(UInt8(truncatingIfNeeded: bits))
        case 3:
            output.append(UInt8(truncatingIfNeeded: bits >> 10))
            output.append(UInt8(truncatingIfNeeded: bits >> 2))
        case 2: output.append(UInt8(truncatingIfNeeded: bits >> 4))
        default: break
        }
        (bits, digits) = (0, 0)
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

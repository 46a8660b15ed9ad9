/// Decodes the content of a part in quoted-printable, in pieces of any size: RFC 2045 §6.7.
///
/// A "=" without two digits or a line end behind it stays as it is, as the RFC advises; so do digits in lower case count.
public struct QuotedPrintableDecoder: Sendable, Equatable {
    private enum Place: Equatable { case text, blanks, blanksReturn, equals, digit(UInt8), softBlanks, softReturn }

    private var place = Place.text
    /// Blanks and a CR that belong to the text unless the line ends behind them.
    private var held: [UInt8] = []
    /// A line of nothing but blanks is given out in parts of so many.
    private static let heldLimit = 1024

    public init() {}

    /// Appends what a piece stands for.
    public mutating func decode(_ text: Span<UInt8>, into output: inout [UInt8]) {
        for index in text.indices { take(text[index], &output) }
    }

    /// The content ends here; blanks at its end are no content.
    public mutating func finish(into output: inout [UInt8]) {
        switch place {
        case .text, .blanks: break
        case .blanksReturn: output.append(0x0D)
        case .equals, .softBlanks, .softReturn: break
        case .digit(let digit): output += [UInt8(ascii: "="), digit]
        }
        held = []
        place = .text
    }

    private mutating func take(_ byte: UInt8, _ output: inout [UInt8]) {
        switch place {
        case .text: takeText(byte, &output)
        case .blanks:
            if byte.isBlank, held.count < Self.heldLimit { return held.append(byte) }
            if byte == 0x0D { return place = .blanksReturn }
            if byte == 0x0A { held = [] }
            release(&output, then: byte)
        case .blanksReturn:
            // Blanks in front of a line end were added on the way: RFC 2045 §6.7 (3).
            if byte == 0x0A {
                output += [0x0D, 0x0A]
                held = []
                return place = .text
            }
            held.append(0x0D)
            release(&output, then: byte)
        case .equals:
            if byte.hexadecimal != nil { return place = .digit(byte) }
            held = [UInt8(ascii: "=")]
            takeSoft(byte, &output)
        case .digit(let first):
            guard let high = first.hexadecimal, let low = byte.hexadecimal else {
                held = [UInt8(ascii: "="), first]
                return release(&output, then: byte)
            }
            output.append(high << 4 | low)
            place = .text
        case .softBlanks: takeSoft(byte, &output)
        case .softReturn:
            if byte == 0x0A {
                held = []
                return place = .text
            }
            held.append(0x0D)
            release(&output, then: byte)
        }
    }

    private mutating func takeText(_ byte: UInt8, _ output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "="): place = .equals
        case 0x20, 0x09:
            held = [byte]
            place = .blanks
        default: output.append(byte)
        }
    }

    /// Behind "=": a soft line break, with blanks before its end.
    private mutating func takeSoft(_ byte: UInt8, _ output: inout [UInt8]) {
        switch byte {
        case 0x20 where held.count < Self.heldLimit, 0x09 where held.count < Self.heldLimit:
            held.append(byte)
            place = .softBlanks
        case 0x0D: place = .softReturn
        case 0x0A:
            held = []
            place = .text
        default: release(&output, then: byte)
        }
    }

    /// It was text after all.
    private mutating func release(_ output: inout [UInt8], then byte: UInt8) {
        output += held
        held = []
        place = .text
        takeText(byte, &output)
    }
}

/// RFC 5321 §4.1.2 and RFC 6531 §3.3, one function for each rule that is needed.
///
/// Each function reads from a place on and moves it behind what it has read.
enum AddressGrammar {
    /// RFC 5321 §4.5.3.1.1.
    static let localLimit = 64
    /// RFC 5321 §4.5.3.1.2.
    static let domainLimit = 255
    /// RFC 1035 §2.3.4.
    private static let labelLimit = 63

    static func isPostmaster(_ local: String) -> Bool {
        let bytes = Array(local.utf8)
        return bytes.span.holds("postmaster", at: 0..<bytes.count)
    }

    /// Whether a local part needs no quotes.
    static func isDotString(_ local: String) -> Bool {
        let bytes = local.utf8.span
        var previous = UInt8(ascii: ".")
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                guard previous != byte else { return false }
            } else {
                guard byte >= 0x80 || ByteSet.atext.contains(byte) else { return false }
            }
            previous = byte
        }
        return previous != UInt8(ascii: ".")
    }

    /// `Local-part`, quotes taken off.
    static func localPart(
        in line: Span<UInt8>,
        at place: inout Int,
        allowing syntax: Address.Syntax
    ) throws(AddressError) -> String {
        guard place < line.count else { throw .empty }
        let isQuoted = line[place] == UInt8(ascii: "\"")
        let local =
            isQuoted
            ? try quotedString(in: line, at: &place, allowing: syntax)
            : try dotString(in: line, at: &place, allowing: syntax)
        let limit = syntax.contains(.tolerant) ? domainLimit : localLimit
        guard local.utf8.count <= limit else { throw .localTooLong }
        return local
    }

    /// `A-d-l ":"`, which is dropped: RFC 5321 appendix F.2.
    static func skipRoute(
        in line: Span<UInt8>,
        at place: inout Int,
        allowing syntax: Address.Syntax
    ) throws(AddressError) {
        while place < line.count, line[place] == UInt8(ascii: "@") {
            place += 1
            _ = try domainOrLiteral(in: line, at: &place, allowing: syntax)
            guard place < line.count else { throw .malformedPath }
            let mark = line[place]
            place += 1
            if mark == UInt8(ascii: ":") { return }
            guard mark == UInt8(ascii: ",") else { throw .malformedPath }
        }
        throw .malformedPath
    }

    /// `Domain / address-literal`, in lower case.
    static func domainOrLiteral(
        in line: Span<UInt8>,
        at place: inout Int,
        allowing syntax: Address.Syntax
    ) throws(AddressError) -> String {
        guard place < line.count else { throw .missingDomain }
        return line[place] == UInt8(ascii: "[")
            ? try AddressLiteral.text(in: line, at: &place)
            : try domain(in: line, at: &place, allowing: syntax)
    }

    /// Reads a `Dot-string`.
    private static func dotString(
        in line: Span<UInt8>,
        at place: inout Int,
        allowing syntax: Address.Syntax
    ) throws(AddressError) -> String {
        let start = place
        var isASCII = true
        var previous = UInt8(ascii: ".")
        scan: while place < line.count {
            let byte = line[place]
            if byte == UInt8(ascii: ".") {
                guard previous != byte || syntax.contains(.tolerant) else { throw .malformedLocal }
            } else if byte >= 0x80 {
                isASCII = false
            } else if !ByteSet.atext.contains(byte) {
                break scan
            }
            previous = byte
            place += 1
        }
        guard place > start, previous != UInt8(ascii: ".") || syntax.contains(.tolerant) else { throw .malformedLocal }
        return try proven(line, start..<place, isASCII: isASCII, allowing: syntax)
    }

    /// Reads a `Quoted-string` and takes its quotes off.
    private static func quotedString(
        in line: Span<UInt8>,
        at place: inout Int,
        allowing syntax: Address.Syntax
    ) throws(AddressError) -> String {
        var content: [UInt8] = []
        place += 1
        while place < line.count, line[place] != UInt8(ascii: "\"") {
            if line[place] == UInt8(ascii: "\\") {
                place += 1
                guard place < line.count, line[place] < 0x80 else { throw .malformedLocal }
            }
            guard !line[place].isControl else { throw .malformedLocal }
            content.append(line[place])
            place += 1
        }
        guard place < line.count else { throw .malformedLocal }
        place += 1
        let isASCII = content.allSatisfy { $0 < 0x80 }
        return try proven(content.span, 0..<content.count, isASCII: isASCII, allowing: syntax)
    }

    /// Reads a `Domain`.
    private static func domain(
        in line: Span<UInt8>,
        at place: inout Int,
        allowing syntax: Address.Syntax
    ) throws(AddressError) -> String {
        let start = place
        var isASCII = true
        var hasCapitals = false
        while true {
            let label = place
            while place < line.count, isDomainByte(line[place], syntax) {
                isASCII = isASCII && line[place] < 0x80
                hasCapitals = hasCapitals || line[place] != line[place].lowercased
                place += 1
            }
            guard place > label else { throw place == start ? .missingDomain : .malformedDomain }
            let hyphen = UInt8(ascii: "-")
            guard line[label] != hyphen, line[place - 1] != hyphen else { throw .malformedDomain }
            // A U-label may take more octets than the A-label that RFC 1035 bounds.
            guard place - label <= labelLimit || !isASCII else { throw .domainTooLong }
            guard place < line.count, line[place] == UInt8(ascii: ".") else { break }
            place += 1
        }
        guard place - start <= domainLimit else { throw .domainTooLong }
        let text = try proven(line, start..<place, isASCII: isASCII, allowing: syntax)
        return hasCapitals ? String(decoding: text.utf8.map(\.lowercased), as: UTF8.self) : text
    }

    private static func isDomainByte(_ byte: UInt8, _ syntax: Address.Syntax) -> Bool {
        byte >= 0x80 || ByteSet.domain.contains(byte) || (byte == UInt8(ascii: "_") && syntax.contains(.tolerant))
    }

    private static func proven(
        _ line: Span<UInt8>,
        _ range: Range<Int>,
        isASCII: Bool,
        allowing syntax: Address.Syntax
    ) throws(AddressError) -> String {
        guard isASCII || syntax.contains(.utf8) else { throw .nonASCII }
        guard let text = line.text(range) else { throw .badEncoding }
        guard isASCII || areUnsuspicious(text) else { throw .badEncoding }
        return text
    }

    /// Whether no character is a control, a line separator or one that name preparation turns into a dot or nothing.
    ///
    /// RFC 5892 disallows all of these in labels, RFC 6532 the controls everywhere.
    static func areUnsuspicious(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x80...0x9F, 0xAD, 0x200B...0x200F, 0x2024, 0x2028...0x202E, 0x2060...0x206F, 0x3002, 0xFE52, 0xFEFF,
                0xFF0E, 0xFF20, 0xFF61, 0xFFF9...0xFFFF:
                false
            default: true
            }
        }
    }
}

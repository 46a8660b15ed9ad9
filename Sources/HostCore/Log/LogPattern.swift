/// What a search looks for: a whole word of a line, in any case, by the rules of its kind.
struct LogPattern {
    enum Kind: Equatable {
        case ip, address, word
    }

    let kind: Kind
    private let bytes: [UInt8]

    /// An id may be given by so many of its first characters, as a greeting or a refusal shows them.
    private static let shortestID = 6

    init(_ text: String) {
        bytes = text.utf8.map(\.lowercased)
        if bytes.contains(UInt8(ascii: "@")) {
            kind = .address
        } else if Self.looksLikeIP(bytes) {
            kind = .ip
        } else {
            kind = .word
        }
    }

    /// Whether it names this connection: the id, its beginning, or one of its transactions.
    func isID(_ connection: String) -> Bool {
        let id = connection.utf8.map(\.lowercased)
        if bytes.count >= Self.shortestID, id.starts(with: bytes) { return true }
        return bytes.count > id.count && bytes.starts(with: id) && bytes[id.count] == UInt8(ascii: ".")
    }

    func isIn(_ line: Span<UInt8>) -> Bool {
        guard let first = bytes.first, line.count >= bytes.count else { return false }
        for start in 0...line.count - bytes.count where line[start].lowercased == first {
            if matches(line, start), isWhole(line, start, start + bytes.count) { return true }
        }
        return false
    }

    private func matches(_ line: Span<UInt8>, _ start: Int) -> Bool {
        bytes.indices.allSatisfy { line[start + $0].lowercased == bytes[$0] }
    }

    /// Whether nothing before or behind makes it part of something longer: 10.0.0.1 isn't in 110.0.0.12.
    private func isWhole(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        if start > 0, joins(line[start - 1]) { return false }
        guard end < line.count else { return true }
        guard line[end] == UInt8(ascii: ".") else { return !joins(line[end]) || isPort(line, end) }
        // A full stop may end a sentence or begin a transaction's number.
        return kind == .word || end + 1 == line.count || !joins(line[end + 1])
    }

    private func joins(_ byte: UInt8) -> Bool {
        if byte.isLetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte >= 0x80 {
            return true
        }
        switch kind {
        case .ip: return byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
        case .address: return ".+!#$%&*/?^`{|}~@".utf8.contains(byte)
        case .word: return false
        }
    }

    /// IPv4 with a port behind a colon.
    private func isPort(_ line: Span<UInt8>, _ end: Int) -> Bool {
        kind == .ip && line[end] == UInt8(ascii: ":") && !bytes.contains(UInt8(ascii: ":"))
    }

    private static func looksLikeIP(_ bytes: [UInt8]) -> Bool {
        let dots = bytes.count { $0 == UInt8(ascii: ".") }
        let colons = bytes.count { $0 == UInt8(ascii: ":") }
        let isDigits = bytes.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
        let isHex = bytes.allSatisfy { $0.isHex || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
        return (dots == 3 && isDigits) || (colons >= 2 && isHex)
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
    fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    fileprivate var isHex: Bool { isDigit || (lowercased >= 0x61 && lowercased <= 0x66) }
    fileprivate var isLetterOrDigit: Bool { isDigit || (lowercased >= 0x61 && lowercased <= 0x7A) }
}

extension MIMEReader {
    /// Where in a line reading stands.
    enum Place: Sendable {
        /// In a header: at the start of a line, in a field's name, behind it, in its value, behind the CR of that.
        case fieldStart, name, blanks, value, valueReturn
        /// Behind the CR of an empty line in a header.
        case emptyReturn
        /// In a body: somewhere in a line, behind a CR, at the start of a line.
        case text, textReturn, textStart
        /// Behind one hyphen at the start of a line; behind two; behind the CR of such a line.
        case dash, delimiter, delimiterReturn
        /// Nothing more is looked at.
        case over
    }

    /// Bytes of a line that are kept to see whether it is a boundary: two hyphens before it, two behind it, and more.
    static var lineLimit: Int { 80 }

    /// Reads on by a byte, or by a run of them that needs no decision.
    mutating func step(_ text: Span<UInt8>, _ at: inout Int) {
        switch place {
        case .fieldStart: startField(text, &at)
        case .name: readName(text, &at)
        case .blanks: readBlanks(text, &at)
        case .value: readValue(text, &at)
        case .valueReturn: endValue(text, &at)
        case .emptyReturn: endEmptyLine(text, &at)
        case .text: readText(text, &at)
        case .textReturn:
            place = text[at] == 0x0A ? .textStart : .text
            // A CR may follow a CR.
            if place == .textStart || text[at] != 0x0D { at += 1 } else { skipReturn(&at) }
        case .textStart: startLine(text, &at)
        case .dash: readDash(text, &at)
        case .delimiter: readDelimiter(text, &at)
        case .delimiterReturn: endDelimiter(text, &at)
        case .over: at = text.count
        }
    }

    private mutating func skipReturn(_ at: inout Int) {
        at += 1
        place = .textReturn
    }

    // MARK: Header

    private mutating func startField(_ text: Span<UInt8>, _ at: inout Int) {
        passFields(text, &at)
        guard at < text.count else { return }
        let byte = text[at]
        if byte.isBlank, hasField {
            place = .value
            return
        }
        lineStart = offset + at
        watch.beginName()
        if byte == 0x0D {
            at += 1
            place = .emptyReturn
        } else if byte == UInt8(ascii: "-") {
            at += 1
            place = .dash
        } else if ByteSet.fieldName.contains(byte) {
            place = .name
        } else {
            leaveHeader()
        }
    }

    /// Passes over whole fields that say nothing of parts: nearly all of a header.
    private mutating func passFields(_ text: Span<UInt8>, _ at: inout Int) {
        var start = at
        while start < text.count {
            let first = text[start]
            if first.isBlank {
                // What folds a field that was passed; others are for those who began them.
                guard start > at else { break }
            } else {
                guard first | 0x20 != UInt8(ascii: "c"), first != UInt8(ascii: "-") else { break }
                var colon = start
                while colon < text.count, ByteSet.fieldName.contains(text[colon]) { colon += 1 }
                guard colon > start, colon < text.count, text[colon] == UInt8(ascii: ":") else { break }
            }
            let end = text.lineBreak(from: start)
            guard text.isCRLF(at: end) else { break }
            if !first.isBlank { lineStart = offset + start }
            start = end + 2
        }
        guard start > at else { return }
        watch.endField()
        hasField = true
        at = start
    }

    private mutating func readName(_ text: Span<UInt8>, _ at: inout Int) {
        while at < text.count, ByteSet.fieldName.contains(text[at]) {
            if watch.wantsName { watch.name(text[at]) }
            at += 1
        }
        if at < text.count { place = .blanks }
    }

    /// Obsolete, but they come: RFC 5322 §4.5.
    private mutating func readBlanks(_ text: Span<UInt8>, _ at: inout Int) {
        while at < text.count, text[at].isBlank { at += 1 }
        guard at < text.count else { return }
        guard text[at] == UInt8(ascii: ":") else { return leaveHeader() }
        at += 1
        watch.endName()
        place = .value
    }

    private mutating func readValue(_ text: Span<UInt8>, _ at: inout Int) {
        let end = text.lineBreak(from: at)
        if watch.isCatching { watch.value(text.extracting(at..<end)) }
        at = end
        guard at < text.count else { return }
        guard text[at] == 0x0D else { return leaveHeader() }
        at += 1
        place = .valueReturn
    }

    private mutating func endValue(_ text: Span<UInt8>, _ at: inout Int) {
        guard text[at] == 0x0A else {
            leaveHeader()
            if place == .text { place = .textReturn }
            return
        }
        at += 1
        hasField = true
        place = .fieldStart
    }

    private mutating func endEmptyLine(_ text: Span<UInt8>, _ at: inout Int) {
        guard text[at] == 0x0A else {
            leaveHeader()
            if place == .text { place = .textReturn }
            return
        }
        at += 1
        endHeader(at: offset + at, bodyAt: offset + at)
    }

    // MARK: Body

    private mutating func readText(_ text: Span<UInt8>, _ at: inout Int) {
        while true {
            at = text.lineBreak(from: at)
            guard at < text.count else { return }
            guard text[at] == 0x0D else {
                at += 1
                continue
            }
            // Nearly always the line after next is not worth a change of place.
            guard at + 2 < text.count, text[at + 1] == 0x0A, text[at + 2] != UInt8(ascii: "-") else { break }
            at += 2
        }
        at += 1
        place = .textReturn
    }

    private mutating func startLine(_ text: Span<UInt8>, _ at: inout Int) {
        lineStart = offset + at
        guard text[at] == UInt8(ascii: "-") else {
            place = .text
            return
        }
        at += 1
        place = .dash
    }

    // MARK: Lines that may be boundaries

    private mutating func readDash(_ text: Span<UInt8>, _ at: inout Int) {
        guard text[at] == UInt8(ascii: "-") else {
            if readsHeader { watch.name(UInt8(ascii: "-")) }
            place = readsHeader ? .name : .text
            return
        }
        at += 1
        line.removeAll(keepingCapacity: true)
        line += [UInt8(ascii: "-"), UInt8(ascii: "-")]
        place = .delimiter
    }

    private mutating func readDelimiter(_ text: Span<UInt8>, _ at: inout Int) {
        while at < text.count {
            let byte = text[at]
            switch byte {
            case 0x0D:
                at += 1
                place = .delimiterReturn
                return
            case 0x0A, 0: return giveLineUp()
            default: break
            }
            if line.count < Self.lineLimit {
                line.append(byte)
            } else if !byte.isBlank || !line[Self.lineLimit - 1].isBlank {
                // A boundary would have ended by now, and only blanks may follow it.
                return giveLineUp()
            }
            at += 1
        }
    }

    private mutating func endDelimiter(_ text: Span<UInt8>, _ at: inout Int) {
        guard text[at] == 0x0A else {
            // With a CR that stands alone it is no field either.
            if readsHeader { leaveHeader() } else { place = .text }
            if place == .text { place = .textReturn }
            return
        }
        at += 1
        judgeLine(endingAt: offset + at)
    }

    /// The line is no boundary, and goes on.
    private mutating func giveLineUp() {
        guard readsHeader else {
            place = .text
            return
        }
        // Its name is none of those that are watched for.
        watch.beginName()
        watch.name(UInt8(ascii: "-"))
        switch HeaderBlock.start(of: line.span) {
        case .field:
            hasField = true
            place = .value
        case .name: place = .name
        case .blanks: place = .blanks
        case .other: leaveHeader()
        }
    }
}

extension HeaderBlock {
    /// How a line of a header begins, as far as it goes.
    enum Start { case name, blanks, field, other }

    static func start(of line: Span<UInt8>) -> Start {
        var at = 0
        while at < line.count, ByteSet.fieldName.contains(line[at]) { at += 1 }
        guard at > 0 else { return .other }
        guard at < line.count else { return .name }
        while at < line.count, line[at].isBlank { at += 1 }
        guard at < line.count else { return .blanks }
        return line[at] == UInt8(ascii: ":") ? .field : .other
    }
}

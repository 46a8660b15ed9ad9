internal import Mail

/// Reads a peer's replies, line by line and within bounds: RFC 5321 §4.2.
struct ReplyReader {
    enum Finding {
        /// The reply goes on; the lines before `next` are done with.
        case unfinished(next: Int)
        case reply(Reply, next: Int)
        /// This is no reply, or none that ends.
        case malformed
    }

    private enum LineFinding {
        case more, last, malformed
    }

    /// What a line may be, which differs within AUTH.
    struct Bounds {
        let line: Int
        let lines: Int
        let text: Int
    }

    /// Of a reply to EHLO; nil where none is awaited.
    var capabilities: Capabilities?
    /// 0 before the first line.
    private var code: UInt16 = 0
    private var enhanced: EnhancedCode?
    private var text: [UInt8] = []
    private var lines = 0
    private var isCut = false

    /// Whether a reply has begun, and not ended.
    var isBetweenLines: Bool { lines > 0 }

    mutating func read(_ input: Span<UInt8>, from start: Int, _ bounds: Bounds) -> Finding {
        var at = start
        while true {
            guard let end = Self.lineEnd(input, from: at) else {
                return input.count - at < bounds.line ? .unfinished(next: at) : .malformed
            }
            guard end - at < bounds.line, lines < bounds.lines else { return .malformed }
            let finding = take(line: input.extracting(at..<end), bounds)
            at = end + 1
            switch finding {
            case .more: continue
            case .last: return .reply(finish(), next: at)
            case .malformed: return .malformed
            }
        }
    }

    /// The place of the next LF.
    ///
    /// A bare one ends a line too: nothing is decided by where a host's lines end that anybody could smuggle past us.
    private static func lineEnd(_ input: Span<UInt8>, from start: Int) -> Int? {
        var at = start
        while true {
            at = input.lineBreak(from: at)
            guard at < input.count else { return nil }
            if input[at] == 0x0A { return at }
            at += 1
        }
    }

    /// Takes a line without its LF: RFC 5321 §4.2.1.
    private mutating func take(line: Span<UInt8>, _ bounds: Bounds) -> LineFinding {
        var end = line.count
        while end > 0, line[end - 1] == 0x0D || line[end - 1].isBlank { end -= 1 }
        guard end >= 3, let code = line.number(0..<3, digits: 3), (200...599).contains(code),
            lines == 0 || code == Int64(self.code)
        else { return .malformed }
        // A separator of a blank may be among those that were taken off.
        let separator = line.count > 3 ? line[3] : 0x0D
        guard separator == 0x20 || separator == 0x2D || (separator == 0x0D && end == 3) else { return .malformed }
        self.code = UInt16(code)
        var start = min(4, end)
        if let found = EnhancedCode.leading(line.extracting(start..<end)), UInt16(found.code.status) == self.code / 100,
            lines == 0 || found.code == enhanced
        {
            enhanced = found.code
            start = min(start + found.length + 1, end)
        }
        if lines > 0 {
            capabilities?.take(line.extracting(start..<end))
            keep(0x0A, bounds)
        }
        for index in start..<end { keep(line[index].isControl && line[index] != 0x09 ? mark : line[index], bounds) }
        lines += 1
        return separator == 0x2D ? .more : .last
    }

    private mutating func keep(_ byte: UInt8, _ bounds: Bounds) {
        guard text.count < bounds.text else {
            isCut = true
            return
        }
        // U+0080 to U+009F are control characters too.
        if (0x80...0x9F).contains(byte), text.last == 0xC2 {
            text[text.count - 1] = mark
        } else {
            text.append(byte)
        }
    }

    private mutating func finish() -> Reply {
        if isCut {
            while let last = text.last, last >= 0x80 { text.removeLast() }
            text.append(text: "...")
        }
        let reply = Reply(code, enhanced, text.span.repairedText(0..<text.count))
        code = 0
        enhanced = nil
        text.removeAll(keepingCapacity: text.capacity <= 512)
        lines = 0
        isCut = false
        return reply
    }
}

private let mark = UInt8(ascii: "?")

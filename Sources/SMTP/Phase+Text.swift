internal import Mail

extension Phase {
    /// What the front of the unread text turned out to be.
    private enum Piece {
        /// Text to keep, and where reading goes on.
        case text(Range<Int>, next: Int)
        /// The line with the single dot ends here.
        case end(next: Int)
        /// Nothing can be said before more has come.
        case unfinished
        /// A bare CR, LF or NUL.
        case malformed
    }

    /// Gives out the longest run of text that needs no change, until CRLF.CRLF: RFC 5321 §4.5.2.
    ///
    /// A message that can't be accepted any more is read on, but not given out.
    mutating func hearText(
        _ input: Span<UInt8>,
        _ standing: Standing,
        _ terms: inout Terms
    ) -> ServerSession.Action {
        var done = 0
        while true {
            switch Self.piece(input, from: done, &terms.text, terms.limits) {
            case .text(let range, let next):
                terms.text.add(input.extracting(range), terms.limits)
                if !terms.text.isSpoilt(terms.limits) { return .store(range, consumed: next) }
                done = next
            case .end(let next): return endText(standing, terms, consumed: next)
            case .unfinished: return .needInput(consumed: done)
            case .malformed: return end(.bareBreakInText)
            }
        }
    }

    private mutating func endText(
        _ standing: Standing,
        _ terms: Terms,
        consumed: Int
    ) -> ServerSession.Action {
        if terms.text.bytes > terms.limits.messageBytes {
            self = .asking(.tooBig(isWhole: true), standing)
            return .ask(.tooBig(bytes: terms.text.bytes), consumed: consumed)
        }
        if let fault = terms.text.fault(terms.limits) {
            self = .listening(Standing(hello: standing.hello))
            return Self.reply(fault, times: terms.replies(to: standing.transaction), consumed: consumed)
        }
        self = .asking(.commit, standing)
        return .commit(consumed: consumed)
    }

    private static func piece(
        _ input: Span<UInt8>,
        from place: Int,
        _ progress: inout TextProgress,
        _ limits: Limits
    ) -> Piece {
        guard place < input.count else { return .unfinished }
        var start = place
        if progress.isAtLineStart, input[start] == UInt8(ascii: ".") {
            guard start + 1 < input.count else { return .unfinished }
            if input[start + 1] == 0x0D {
                guard start + 2 < input.count else { return .unfinished }
                return input[start + 2] == 0x0A ? .end(next: start + 3) : .malformed
            }
            start += 1
        }
        let run = input.textRun(from: start, lineSoFar: progress.line)
        var end = run.end
        var endsLine = false
        if end < input.count {
            guard input[end] == 0x0D else { return .malformed }
            if end + 1 < input.count {
                guard input[end + 1] == 0x0A else { return .malformed }
                end += 2
                endsLine = true
            }
        }
        guard end > start else { return .unfinished }
        let line = run.tail + (endsLine ? 2 : 0)
        // An unfinished line is over the bound as soon as its CRLF couldn't fit any more.
        let longest = max(run.longestLine, endsLine ? line : line + 2)
        progress.hasLongLine = progress.hasLongLine || longest > limits.textLine
        progress.line = endsLine ? 0 : line
        progress.isAtLineStart = endsLine
        return .text(start..<end, next: end)
    }
}

internal import Mail

/// How far a message that comes in chunks has come.
struct ChunkProgress: Equatable {
    var text = TextProgress()
    /// Whether the last byte was a CR whose LF must follow, in this chunk or the next.
    private(set) var endsInReturn = false
    /// Chunks so far that were hardly worth a command.
    var tiny = 0

    /// Reads on in lines; false where a CR, LF or NUL stands alone.
    mutating func take(lines bytes: Span<UInt8>, _ limits: Limits) -> Bool {
        var at = 0
        while at < bytes.count {
            guard !endsInReturn else {
                guard bytes[at] == 0x0A else { return false }
                endsInReturn = false
                text.line = 0
                at += 1
                continue
            }
            let run = bytes.textRun(from: at, lineSoFar: text.line)
            // An unfinished line is over the bound as soon as its CRLF couldn't fit any more.
            if max(run.longestLine, run.tail + 2) > limits.textLine { text.hasLongLine = true }
            at = run.end
            text.line = run.tail
            guard at < bytes.count else { break }
            guard bytes[at] == 0x0D else { return false }
            endsInReturn = true
            at += 1
        }
        return true
    }
}

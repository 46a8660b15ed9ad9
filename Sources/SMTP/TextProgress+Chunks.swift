internal import Mail

extension TextProgress {
    /// Reads on in lines; false where a CR, LF or NUL stands alone.
    mutating func take(lines bytes: Span<UInt8>, _ limits: Limits) -> Bool {
        var at = 0
        while at < bytes.count {
            guard !endsInReturn else {
                guard bytes[at] == 0x0A else { return false }
                endsInReturn = false
                line = 0
                at += 1
                continue
            }
            let run = bytes.textRun(from: at, lineSoFar: line)
            // An unfinished line is over the bound as soon as its CRLF couldn't fit any more.
            if max(run.longestLine, run.tail + 2) > limits.textLine { hasLongLine = true }
            at = run.end
            line = run.tail
            guard at < bytes.count else { break }
            guard bytes[at] == 0x0D else { return false }
            endsInReturn = true
            at += 1
        }
        return true
    }
}

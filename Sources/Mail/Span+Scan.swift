internal import CScan

/// The one place of the pure rooms where memory is reached through a pointer.
///
/// The C functions read the bytes of the span and nothing else, and the pointer doesn't outlive the call.
extension Span<UInt8> {
    /// The index of the first CR, LF or NUL at or behind a place; `count` if there is none.
    package func lineBreak(from start: Int) -> Int {
        precondition(start >= 0 && start <= count, "a scan begins inside its bytes")
        return unsafe withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe cscan_break(base, bytes.count, start)
        }
    }

    /// Passes over message text as far as no decision is needed; `lineSoFar` bytes of its first line went before.
    package func textRun(from start: Int, lineSoFar: Int) -> TextRun {
        precondition(start >= 0 && start <= count && lineSoFar >= 0, "a scan begins inside its bytes")
        return unsafe withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return TextRun(end: 0, longestLine: 0, tail: lineSoFar) }
            let run = unsafe cscan_text(base, bytes.count, start, lineSoFar)
            return TextRun(end: run.end, longestLine: run.longest, tail: run.tail)
        }
    }
}

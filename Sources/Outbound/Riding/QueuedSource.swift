internal import Mail
internal import Queue
internal import System

/// A queued text as couriers take it.
///
/// It was written by us and read from our disk, and is looked at all the same: a line end that is none stops a courier, and
/// with it the server, again at each start.
final class QueuedSource: MessageSource {
    private let text: QueuedText
    private let isBinary: Bool
    /// Whether what was read last ends in a CR.
    private let endsInReturn = Locked(false)

    init(text: QueuedText, isBinary: Bool) {
        self.text = text
        self.isBinary = isBinary
    }

    var count: UInt64 { UInt64(text.count) }

    func read(_ range: Range<UInt64>, _ take: @escaping @Sendable ([UInt8]?) -> Void) {
        guard !isBinary else { return text.read(Int(range.lowerBound)..<Int(range.upperBound), take) }
        text.read(Int(range.lowerBound)..<Int(range.upperBound)) { [self] bytes in
            guard let bytes, hasWholeLineEnds(bytes, at: range.lowerBound) else { return take(nil) }
            take(bytes)
        }
    }

    /// Pieces are read in their order.
    private func hasWholeLineEnds(_ bytes: [UInt8], at offset: UInt64) -> Bool {
        endsInReturn.withLock { endsInReturn in
            if offset == 0 { endsInReturn = false }
            let span = bytes.span
            var at = 0
            while at < span.count {
                if endsInReturn {
                    guard span[at] == 0x0A else { return false }
                    endsInReturn = false
                    at += 1
                    continue
                }
                at = span.lineBreak(from: at)
                guard at < span.count else { break }
                if span[at] == 0x0A { return false }
                endsInReturn = span[at] == 0x0D
                at += 1
            }
            return !endsInReturn || offset + UInt64(span.count) < count
        }
    }
}

internal import Mail
internal import System

/// A message whose line ends are looked at once more.
///
/// It was written by us and read from our disk, and is looked at all the same: a line end that is none stops a courier, and
/// with it the server, again at each start.
final class CheckedSource: MessageSource {
    private let base: any MessageSource
    private let isBinary: Bool
    /// Whether what was read last ends in a CR.
    private let endsInReturn = Locked(false)

    init(_ base: any MessageSource, isBinary: Bool) {
        self.base = base
        self.isBinary = isBinary
    }

    var count: UInt64 { base.count }

    func read(_ range: Range<UInt64>, _ take: @escaping @Sendable ([UInt8]?) -> Void) {
        guard !isBinary else { return base.read(range, take) }
        base.read(range) { [self] bytes in
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

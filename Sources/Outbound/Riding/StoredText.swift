internal import Queue

/// A queued text as couriers take it.
struct StoredText: MessageSource {
    let text: QueuedText

    var count: UInt64 { UInt64(text.count) }

    func read(_ range: Range<UInt64>, _ take: @escaping @Sendable ([UInt8]?) -> Void) {
        text.read(Int(range.lowerBound)..<Int(range.upperBound), take)
    }
}

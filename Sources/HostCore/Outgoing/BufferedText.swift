internal import Dispatch
internal import Outbound
internal import PluginHost

/// The text of a transaction's message, as it is now, for a courier.
final class BufferedText: MessageSource {
    /// Longer ones may lie in a file: they are read where waiting holds nobody up.
    private static let short = 256 << 10
    private static let readers = DispatchQueue(label: "haraka.message.readers", attributes: .concurrent)

    private let message: MessageBuffer
    let count: UInt64

    init(_ message: MessageBuffer) {
        self.message = message
        count = UInt64(message.textCount)
    }

    func read(_ range: Range<UInt64>, _ take: @escaping @Sendable ([UInt8]?) -> Void) {
        let range = Int(range.lowerBound)..<Int(range.upperBound)
        guard count > Self.short else { return take(message.textBytes(range)) }
        Self.readers.async { [message] in take(message.textBytes(range)) }
    }
}

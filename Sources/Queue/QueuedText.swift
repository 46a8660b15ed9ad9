internal import Dispatch
internal import System

/// The text of a queued message: header and body, CRLF line ends, no dots stuffed.
public struct QueuedText: Sendable {
    enum Place: Sendable {
        case memory([UInt8])
        case file(name: String, SpoolFolder)
    }

    private static let readers = DispatchQueue(label: "haraka.queue.readers", attributes: .concurrent)

    let place: Place
    /// Bytes.
    public let count: Int

    /// Gives bytes of it, at once or on another thread; nil when they can't be read.
    public func read(_ range: Range<Int>, _ take: @escaping @Sendable ([UInt8]?) -> Void) {
        switch place {
        case .memory(let bytes): take(range.upperBound <= bytes.count ? Array(bytes[range]) : nil)
        case .file(let name, let folder):
            Self.readers.async {
                let bytes = try? folder.open(name).read(upTo: range.count, at: range.lowerBound)
                take(bytes?.count == range.count ? bytes : nil)
            }
        }
    }
}

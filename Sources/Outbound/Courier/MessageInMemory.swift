/// A message that is held in memory whole.
public struct MessageInMemory: MessageSource {
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var count: UInt64 { UInt64(bytes.count) }

    public func read(_ range: Range<UInt64>, _ take: @escaping @Sendable ([UInt8]?) -> Void) {
        // Most messages are read in one piece.
        guard range != 0..<count else { return take(bytes) }
        take(Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
    }
}

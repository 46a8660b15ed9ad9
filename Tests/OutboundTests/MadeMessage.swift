import Foundation
import Outbound
import System

/// A big message that is made as it is read, on another thread than the one that asks; how much was read is counted.
final class MadeMessage: MessageSource {
    let count: UInt64
    /// Reading behind this fails.
    private let failsAt: UInt64
    private let read = Locked<UInt64>(0)

    init(count: UInt64, failsAt: UInt64 = .max) {
        self.count = count
        self.failsAt = failsAt
    }

    var bytesRead: UInt64 { read.withLock(\.self) }

    /// Lines of 64 bytes, some of which begin with a dot.
    static func byte(_ place: UInt64) -> UInt8 {
        switch place % 64 {
        case 63: 0x0A
        case 62: 0x0D
        case 0 where place / 64 % 3 == 0: UInt8(ascii: ".")
        default: UInt8(truncatingIfNeeded: 97 + place / 64 % 26)
        }
    }

    func read(_ range: Range<UInt64>, _ take: @escaping @Sendable ([UInt8]?) -> Void) {
        read.withLock { $0 = range.upperBound }
        let fails = range.upperBound > failsAt
        Thread.detachNewThread { take(fails ? nil : range.map { Self.byte($0) }) }
    }
}

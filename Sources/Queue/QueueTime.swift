internal import System

/// A moment of the queue: milliseconds since 1970-01-01 00:00 UTC.
///
/// A queue lives longer than any process, so its clock is the one on the wall.
public struct QueueTime: Sendable, Hashable, Comparable {
    public let milliseconds: Int64

    public static var now: QueueTime { QueueTime(milliseconds: SystemTime.wallNanoseconds / 1_000_000) }

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public init(secondsSinceEpoch seconds: Int64) { milliseconds = seconds * 1000 }

    public var secondsSinceEpoch: Int64 { milliseconds / 1000 }

    public static func < (left: QueueTime, right: QueueTime) -> Bool { left.milliseconds < right.milliseconds }

    public static func + (time: QueueTime, duration: Duration) -> QueueTime {
        let (seconds, attoseconds) = duration.components
        return QueueTime(milliseconds: time.milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    public static func - (time: QueueTime, duration: Duration) -> QueueTime { time + (.zero - duration) }

    public static func - (left: QueueTime, right: QueueTime) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}

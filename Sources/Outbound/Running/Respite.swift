internal import Queue

/// A time in which nothing is begun, bound to its length: the clock on the wall may be set back meanwhile.
struct Respite {
    private let start: QueueTime
    private let end: QueueTime

    init(from start: QueueTime, for length: Duration) {
        self.start = start
        end = start + length
    }

    /// When it is over; nil when it is.
    func end(at now: QueueTime) -> QueueTime? { now >= start && now < end ? end : nil }

    /// Whether it has been over for so long.
    func isOver(since past: Duration, at now: QueueTime) -> Bool { now < start || end + past <= now }
}

internal import Queue

/// Keeps the messages for a destination within a rate: there are never more within its interval.
///
/// A tenth of them may go at once, so that a connection is worth while; the others come evenly.
struct TokenBucket {
    let rate: DeliveryRate
    private let size: Int
    /// How long one message more takes.
    private let step: Duration
    private var tokens: Int
    /// When the last token had come, since 1970: steps are shorter than the queue's clock counts.
    private var time: Duration
    /// Nothing was left, and nothing is begun until there is as much as there may be: no connection for each token.
    private var isDrained = false

    init(_ rate: DeliveryRate, at now: QueueTime) {
        self.rate = rate
        size = max(1, rate.messages / 10)
        // Those that go at once and those that come until the interval ends are as many as may be.
        step = rate.interval / (rate.messages - size + 1)
        tokens = size
        time = .milliseconds(now.milliseconds)
    }

    /// Takes as many as are left, and not more than are wanted.
    mutating func take(_ wanted: Int, at now: QueueTime) -> Int {
        fill(at: now)
        let taken = min(wanted, tokens)
        tokens -= taken
        isDrained = tokens == 0
        return taken
    }

    /// Those that weren't used.
    mutating func giveBack(_ count: Int) {
        tokens = min(size, tokens + count)
        if count > 0 { isDrained = false }
    }

    /// When something may go; nil when that is now.
    func opening(at now: QueueTime) -> QueueTime? {
        var bucket = self
        bucket.fill(at: now)
        guard bucket.isDrained else { return nil }
        let end = (bucket.time + step * (size - bucket.tokens)) / .milliseconds(1)
        return QueueTime(milliseconds: Int64(end.rounded(.up)))
    }

    /// Nothing was taken for so long that it needs no memory.
    func isFull(at now: QueueTime) -> Bool {
        var bucket = self
        bucket.fill(at: now)
        return bucket.tokens == size
    }

    private mutating func fill(at now: QueueTime) {
        let now = Duration.milliseconds(now.milliseconds)
        // The clock was set back.
        if now < time { time = now }
        // A step that has passed but for what a Double can't tell has passed.
        let whole = Int(min(Double(size), (now - time) / step + 1e-6))
        tokens = min(size, tokens + whole)
        time = tokens == size ? now : time + step * whole
        if tokens == size { isDrained = false }
    }
}

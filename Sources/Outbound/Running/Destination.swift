internal import Queue

/// What is known of one destination while it is served, and for a while where it was slow or couldn't be reached.
struct Destination {
    var carriers = 0
    /// The carrier that began last hasn't looked for messages yet: what is due may be what it will take.
    var isStarting = false
    /// Times in a row that it could not be reached.
    var failures = 0
    /// It could not be reached a moment ago.
    var respite: Respite?
    var pace = Pace()
    var bucket: TokenBucket?
    /// The host that its carriers call.
    var host: String?
    /// Its last carrier found too many others at its host.
    var isTurnedAway = false
    /// The number of the carrier that began last, of all: who was served longest ago comes first.
    var turn = 0
    var began: QueueTime?
    /// Why it was slowed, or is left alone.
    var reason: String?

    /// When a carrier may begin; nil when that is now.
    func opening(at now: QueueTime) -> QueueTime? {
        [respite?.end(at: now), pace.opening(at: now), bucket?.opening(at: now)].compactMap { $0 }.max()
    }

    /// How many carriers it may have; one at a time finds out whether it can be reached again.
    func most(_ limit: Int) -> Int { failures > 0 ? min(1, limit) : pace.limit(limit) }

    /// Whether it would be the same if nothing had been known of it.
    func isPlain(at now: QueueTime) -> Bool {
        carriers == 0 && respite == nil && pace.isFull && !isTurnedAway && bucket?.isFull(at: now) ?? true
    }

    /// Whether it was left alone for so long that it isn't worth its memory.
    func isStale(_ age: Duration, at now: QueueTime) -> Bool {
        guard carriers == 0 else { return false }
        if let respite { return respite.isOver(since: age, at: now) }
        return began.map { now < $0 || $0 + age <= now } ?? true
    }
}

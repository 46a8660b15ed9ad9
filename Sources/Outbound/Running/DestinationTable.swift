internal import Queue

/// The destinations that are being served, or were slow or unreachable a while ago.
struct DestinationTable {
    /// How long a destination that can't be reached is left alone, first and at most.
    private static let (firstWait, longestWait) = (Duration.seconds(15), Duration.seconds(600))
    /// A failure tells nothing any more when so long has passed since the destination might be tried again.
    private static let memory = Duration.seconds(3600)

    private var destinations: [String: Destination] = [:]
    /// Of all destinations.
    private(set) var carriers = 0
    private var turn = 0
    /// When there are so many, those that nobody needs go.
    private var most = 1000

    var count: Int { destinations.count }
    var names: [String] { Array(destinations.keys) }

    subscript(name: String) -> Destination? { destinations[name] }

    func carriers(of name: String) -> Int { destinations[name]?.carriers ?? 0 }

    /// When it may be tried.
    func time(_ item: Queue.Due, now: QueueTime) -> QueueTime {
        max(item.time, destinations[item.destination]?.opening(at: now) ?? item.time)
    }

    /// Whether another carrier may serve it.
    func takesCarrier(_ name: String, limit: Int) -> Bool {
        guard let destination = destinations[name] else { return limit > 0 }
        return !destination.isStarting && destination.carriers < destination.most(limit)
    }

    mutating func began(_ name: String, at now: QueueTime) {
        carriers += 1
        turn += 1
        var destination = destinations[name] ?? Destination()
        destination.carriers += 1
        destination.isStarting = true
        destination.turn = turn
        destination.began = now
        destination.pace.began(at: now)
        destinations[name] = destination
    }

    mutating func hasLooked(_ name: String) { destinations[name]?.isStarting = false }

    mutating func ended(_ name: String, at now: QueueTime) {
        carriers -= 1
        destinations[name]?.carriers -= 1
        if destinations[name]?.isPlain(at: now) == true { destinations[name] = nil }
    }

    /// One of its carriers calls a host, or may not.
    mutating func calls(_ name: String, _ host: String, _ isLetIn: Bool) {
        destinations[name]?.host = host
        destinations[name]?.isTurnedAway = !isLetIn
    }

    /// How many messages its rate allows, of those that are wanted.
    mutating func take(_ wanted: Int, for name: String, _ rate: DeliveryRate, at now: QueueTime) -> Int {
        guard rate.isLimited else {
            destinations[name]?.bucket = nil
            return wanted
        }
        var bucket = destinations[name]?.bucket ?? TokenBucket(rate, at: now)
        if bucket.rate != rate { bucket = TokenBucket(rate, at: now) }
        defer { destinations[name]?.bucket = bucket }
        return bucket.take(wanted, at: now)
    }

    mutating func giveBack(_ count: Int, for name: String) { destinations[name]?.bucket?.giveBack(count) }

    /// Those whose hosts could not be reached when they were tried last.
    var failing: [String] { destinations.filter { $1.failures > 0 }.map(\.key).sorted() }

    mutating func reached(_ name: String) {
        guard let destination = destinations[name], destination.failures > 0 || destination.respite != nil else {
            return
        }
        destinations[name]?.failures = 0
        destinations[name]?.respite = nil
        if destination.pace.isFull { destinations[name]?.reason = nil }
    }

    /// It took a message; whether it is at full speed from now on.
    mutating func succeeded(_ name: String, limit: Int) -> Bool {
        guard let destination = destinations[name], !destination.pace.isFull else { return false }
        guard destinations[name]?.pace.succeed(limit: limit) == true else { return false }
        destinations[name]?.reason = nil
        return true
    }

    /// It defers; whether it was at full speed until now.
    mutating func slow(_ name: String, because reason: String, limit: Int, at now: QueueTime) -> Bool {
        destinations[name]?.reason = reason
        return destinations[name]?.pace.slow(limit: limit, at: now) ?? false
    }

    /// It may be tried at once, whatever was found out about it; nil: all may.
    mutating func forgive(_ name: String?) {
        for name in name.map({ [$0] }) ?? names {
            guard var destination = destinations[name] else { continue }
            destination.failures = 0
            destination.respite = nil
            destination.pace = Pace()
            destination.reason = nil
            let isNeeded = destination.carriers > 0 || destination.isTurnedAway || destination.bucket != nil
            destinations[name] = isNeeded ? destination : nil
        }
    }

    /// It is left alone for a while, the longer the more often that is so.
    mutating func unreachable(_ name: String, because reason: String, at now: QueueTime) {
        // Several carriers find out at once: that is one failure.
        guard var destination = destinations[name], destination.respite?.end(at: now) == nil else { return }
        destination.failures += 1
        let wait = Self.firstWait * (1 << min(destination.failures - 1, 6))
        destination.respite = Respite(from: now, for: min(wait, Self.longestWait))
        destination.reason = reason
        destinations[name] = destination
    }

    /// Drops what is long ago, now and then: most destinations that failed are never written to again.
    mutating func forget(before now: QueueTime) {
        guard destinations.count >= most else { return }
        destinations = destinations.filter { !$1.isStale(Self.memory, at: now) }
        most = max(1000, 2 * destinations.count)
    }
}

internal import Queue

/// The destinations that are being served or were unreachable a while ago.
struct DestinationTable {
    private struct Destination {
        var carriers = 0
        /// The carrier that began last hasn't looked for messages yet: what is due may be what it will take.
        var isStarting = false
        /// Times in a row that it could not be reached.
        var failures = 0
        var respite: Respite?
    }

    /// How long a destination that can't be reached is left alone, first and at most.
    private static let (firstWait, longestWait) = (Duration.seconds(15), Duration.seconds(600))
    /// A failure tells nothing any more when so long has passed since the destination might be tried again.
    private static let memory = Duration.seconds(3600)

    private var destinations: [String: Destination] = [:]
    /// Of all destinations.
    private(set) var carriers = 0
    /// When there are so many, those that nobody needs go.
    private var most = 1000

    var count: Int { destinations.count }

    func carriers(of name: String) -> Int { destinations[name]?.carriers ?? 0 }

    /// When it may be tried.
    func time(_ item: Queue.Due, now: QueueTime) -> QueueTime {
        max(item.time, destinations[item.destination]?.respite?.end(at: now) ?? item.time)
    }

    /// Whether another carrier may serve it; one at a time finds out whether it can be reached again.
    func takesCarrier(_ name: String, limit: Int) -> Bool {
        guard let destination = destinations[name] else { return limit > 0 }
        return !destination.isStarting && destination.carriers < (destination.failures > 0 ? min(1, limit) : limit)
    }

    mutating func began(_ name: String) {
        destinations[name, default: Destination()].carriers += 1
        destinations[name]?.isStarting = true
        carriers += 1
    }

    mutating func hasLooked(_ name: String) { destinations[name]?.isStarting = false }

    mutating func ended(_ name: String) {
        carriers -= 1
        destinations[name]?.carriers -= 1
        if let left = destinations[name], left.carriers == 0, left.respite == nil { destinations[name] = nil }
    }

    mutating func reached(_ name: String) {
        destinations[name]?.failures = 0
        destinations[name]?.respite = nil
    }

    /// It may be tried at once, whatever was found out about it; nil: all may.
    mutating func forgive(_ name: String?) {
        for name in name.map({ [$0] }) ?? Array(destinations.keys) {
            reached(name)
            if destinations[name]?.carriers == 0 { destinations[name] = nil }
        }
    }

    /// It is left alone for a while, the longer the more often that is so.
    mutating func unreachable(_ name: String, at now: QueueTime) {
        // Several carriers find out at once: that is one failure.
        guard var destination = destinations[name], destination.respite?.end(at: now) == nil else { return }
        destination.failures += 1
        let wait = Self.firstWait * (1 << min(destination.failures - 1, 6))
        destination.respite = Respite(from: now, for: min(wait, Self.longestWait))
        destinations[name] = destination
    }

    /// Drops what is long ago, now and then: most destinations that failed are never written to again.
    mutating func forget(before now: QueueTime) {
        guard destinations.count >= most else { return }
        destinations = destinations.filter { _, destination in
            destination.carriers > 0 || destination.respite?.isOver(since: Self.memory, at: now) == false
        }
        most = max(1000, 2 * destinations.count)
    }
}

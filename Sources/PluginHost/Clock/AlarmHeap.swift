/// Alarms by their time, the earliest first.
struct AlarmHeap {
    private struct Item {
        let instant: Instant
        let alarm: AlarmClock.Alarm
    }

    private var items: [Item] = []

    var first: Instant? { items.first?.instant }

    /// Whether the new one is the earliest now.
    mutating func insert(_ instant: Instant, _ alarm: AlarmClock.Alarm) -> Bool {
        items.append(Item(instant: instant, alarm: alarm))
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard items[child].instant < items[parent].instant else { break }
            items.swapAt(child, parent)
            child = parent
        }
        return child == 0
    }

    mutating func popDue(at now: Instant) -> AlarmClock.Alarm? {
        guard let first = items.first, first.instant <= now else { return nil }
        items.swapAt(0, items.count - 1)
        items.removeLast()
        sink()
        return first.alarm
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count {
                if items[child].instant < items[least].instant { least = child }
            }
            guard least != parent else { return }
            items.swapAt(parent, least)
            parent = least
        }
    }
}

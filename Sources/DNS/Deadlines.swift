/// When lookups end for lack of an answer: a heap with the earliest on top.
///
/// Lookups that were answered stay in it until their time comes, or until they are most of it.
struct Deadlines {
    private struct Entry {
        let moment: UInt64
        let lookup: UInt64
    }

    private var heap: [Entry] = []

    /// The earliest; nil when there is none.
    var next: UInt64? { heap.first?.moment }

    mutating func add(_ lookup: UInt64, at moment: UInt64) {
        heap.append(Entry(moment: moment, lookup: lookup))
        rise(from: heap.count - 1)
    }

    /// Takes one whose moment has come.
    mutating func take(at now: UInt64) -> UInt64? {
        guard let first = heap.first, first.moment <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        sink(from: 0)
        return first.lookup
    }

    /// Forgets those that are over, once they are more than half and worth the walk.
    mutating func tidy(outstanding: Int, _ isOutstanding: (UInt64) -> Bool) {
        guard heap.count > 1024, heap.count > 2 * outstanding else { return }
        heap = heap.filter { isOutstanding($0.lookup) }
        // A sorted array is a heap.
        heap.sort { $0.moment < $1.moment }
    }

    private mutating func rise(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent].moment <= heap[child].moment { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func sink(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].moment < heap[least].moment { least = child }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

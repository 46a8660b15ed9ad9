/// Which changed files have come to rest.
///
/// A value that is told of events and of the time, so it can be tested without either.
///
/// A file rests when nothing has happened to it for the quiet period and nobody who wrote to it holds it open. A writer
/// that never closes (a log file in the folder) counts as at rest after `patience` without an event.
struct Settling {
    /// What happened to a path.
    enum Event {
        /// Bytes were written; whoever did it may go on.
        case written
        /// A writer closed it.
        case closed
        /// Anything that is over in one step: made, moved, removed, its mode or owner changed.
        case changed
    }

    private struct Change {
        var first: UInt64
        var last: UInt64
        var isOpen: Bool
    }

    let quiet: UInt64
    let patience: UInt64
    private var changes: [String: Change] = [:]

    init(quiet: UInt64, patience: UInt64) {
        self.quiet = quiet
        self.patience = max(patience, quiet)
    }

    mutating func happened(_ event: Event, to path: String, at now: UInt64) {
        var change = changes[path] ?? Change(first: now, last: now, isOpen: false)
        change.last = now
        switch event {
        case .written: change.isOpen = true
        case .closed, .changed: change.isOpen = false
        }
        changes[path] = change
    }

    /// Takes the batch that is due: all changes when all rest; once the oldest has waited for `patience`, those that do.
    mutating func take(at now: UInt64) -> Set<String> {
        let resting = changes.filter { moment(of: $0.value) <= now }
        guard let oldest = resting.values.map(\.first).min() else { return [] }
        guard resting.count == changes.count || oldest + patience <= now else { return [] }
        for path in resting.keys { changes[path] = nil }
        return Set(resting.keys)
    }

    /// When `take` is to be asked next; nil while nothing has changed.
    func next(after now: UInt64) -> UInt64? {
        let moments = changes.values.map { moment(of: $0) }
        guard let last = moments.max() else { return nil }
        // A part of the changes may be due earlier, because it has waited long enough for the others.
        let early = changes.values.map { max(moment(of: $0), $0.first + patience) }.min() ?? last
        return min(last, early)
    }

    private func moment(of change: Change) -> UInt64 {
        change.last + (change.isOpen ? patience : quiet)
    }
}

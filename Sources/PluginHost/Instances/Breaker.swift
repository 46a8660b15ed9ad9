internal import Synchronization

/// Stops asking a hook of a plugin that fails again and again; its policy answers for it at once.
///
/// After a rest one call is tried. Any thread may ask and report.
final class Breaker: Sendable {
    enum Change { case none, opened, closed }

    private let rest: Int64
    private let limit: Atomic<Int>
    private let failures = Atomic<Int>(0)
    /// In nanoseconds; 0 while it is closed.
    private let openSince = Atomic<Int64>(0)
    private let isTrying = Atomic<Bool>(false)

    init(after limit: Int, rest: Duration) {
        self.limit = Atomic(limit)
        self.rest = rest.wholeNanoseconds
    }

    var isOpen: Bool { openSince.load(ordering: .relaxed) != 0 }

    func set(limit: Int) { self.limit.store(limit, ordering: .relaxed) }

    @inline(__always)
    func allows() -> Bool {
        let since = openSince.load(ordering: .relaxed)
        return since == 0 || allowsTrial(since)
    }

    private func allowsTrial(_ since: Int64) -> Bool {
        guard Instant.nearly.nanoseconds - since >= rest else { return false }
        return isTrying.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged
    }

    @inline(__always)
    func succeeded() -> Change {
        if failures.load(ordering: .relaxed) != 0 { failures.store(0, ordering: .relaxed) }
        return openSince.load(ordering: .relaxed) == 0 ? .none : close()
    }

    private func close() -> Change {
        let before = openSince.exchange(0, ordering: .relaxed)
        isTrying.store(false, ordering: .relaxed)
        return before == 0 ? .none : .closed
    }

    func failed() -> Change {
        let count = failures.wrappingAdd(1, ordering: .relaxed).newValue
        guard count >= limit.load(ordering: .relaxed) else { return .none }
        let before = openSince.exchange(max(Instant.nearly.nanoseconds, 1), ordering: .relaxed)
        isTrying.store(false, ordering: .relaxed)
        return before == 0 ? .opened : .none
    }

    /// The call that was tried ended without telling anything: another may be tried.
    func learnedNothing() {
        if isTrying.load(ordering: .relaxed) { isTrying.store(false, ordering: .relaxed) }
    }
}

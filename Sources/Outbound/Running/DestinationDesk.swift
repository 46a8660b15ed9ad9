internal import Queue

/// The messages of one destination that one carrier has, and what becomes of them.
actor DestinationDesk: LeaseDesk {
    private let runner: Runner
    private let destination: String
    private var waiting: [Lease] = []
    /// The last look found no more than it took.
    private var isEmpty = false

    init(runner: Runner, destination: String) {
        self.runner = runner
        self.destination = destination
    }

    func next() async -> Lease? {
        if waiting.isEmpty, !isEmpty { await fetch() }
        guard !waiting.isEmpty, await runner.mayGoOn else { return nil }
        return waiting.removeFirst()
    }

    private func fetch() async {
        do throws(QueueError) {
            waiting = try await runner.queue.lease(destination, now: runner.clock(), messages: Runner.batch)
            isEmpty = waiting.isEmpty
        } catch {
            runner.observer.couldNotLook(error)
            isEmpty = true
        }
    }

    func settle(_ lease: Lease, _ attempts: [Attempt]) async {
        precondition(attempts.count == lease.entries.count, "each recipient has an outcome")
        await runner.reached(destination)
        await write(lease, await runner.judge(lease, attempts))
    }

    func giveUp(_ why: Unreachable) async {
        if !why.isPermanent { await runner.unreachable(destination) }
        if waiting.isEmpty, !isEmpty { await fetch() }
        // Others wait, and are tried when the destination is; these know now why.
        for lease in waiting { await write(lease, await runner.judge(lease, why)) }
        waiting = []
    }

    /// What the carrier has taken no interest in is due as before.
    func close() async {
        for lease in waiting {
            let untried = lease.entries.map { Settlement(entry: $0.id, fate: .untried, host: nil, reason: "") }
            await runner.write(lease, untried, reports: [])
        }
        waiting = []
    }

    private func write(_ lease: Lease, _ deliveries: [Delivery]) async {
        let now = runner.clock()
        runner.observer.tried(lease, deliveries, at: now)
        let settlements = zip(lease.entries, deliveries).map { entry, delivery in
            let fate: Settlement.Fate =
                switch delivery.fate {
                case .delivered: .delivered
                case .failed: .failed
                case .deferred(let until): .deferred(until: until)
                }
            return Settlement(entry: entry.id, fate: fate, host: delivery.host, reason: delivery.reason)
        }
        await runner.write(lease, settlements, reports: await runner.observer.reports(lease, deliveries, at: now))
    }
}

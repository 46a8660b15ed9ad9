internal import Queue

/// The messages of one destination that one carrier has, and what becomes of them.
actor DestinationDesk: LeaseDesk {
    private let runner: Runner
    private let destination: String
    private var waiting: [Lease] = []
    /// What the carrier has taken and not settled yet, by its first recipient.
    private var taken: [Int64: Lease] = [:]
    /// There is nothing more for this carrier.
    private var isEmpty = false
    private var hasLooked = false

    init(runner: Runner, destination: String) {
        self.runner = runner
        self.destination = destination
    }

    func next() async -> Lease? {
        guard await runner.mayGoOn else { return nil }
        if waiting.isEmpty, !isEmpty { await fetch() }
        guard await runner.mayGoOn, !waiting.isEmpty else { return nil }
        let lease = waiting.removeFirst()
        if let entry = lease.entries.first { taken[entry.id] = lease }
        return lease
    }

    private func fetch() async {
        if hasLooked, await runner.isCrowded {
            // Others have none at all.
            isEmpty = true
            return
        }
        do throws(QueueError) {
            waiting += try await runner.queue.lease(destination, now: runner.clock(), messages: Runner.batch)
            isEmpty = waiting.isEmpty
        } catch {
            await runner.couldNotLook(error)
            isEmpty = true
        }
        await looked()
    }

    private func looked() async {
        guard !hasLooked else { return }
        hasLooked = true
        await runner.hasLooked(destination)
    }

    func settle(_ lease: Lease, _ attempts: [Attempt]) async {
        precondition(attempts.count == lease.entries.count, "each recipient has an outcome")
        // Where no host has spoken to us, that one message was settled says nothing good of the destination.
        if attempts.contains(where: { !$0.isUnreachable }) { await runner.reached(destination) }
        await write(lease, await runner.judge(lease, attempts))
    }

    func fail(_ lease: Lease, _ why: Unreachable) async { await write(lease, await runner.judge(lease, why)) }

    func postpone(_ lease: Lease, for time: Duration, _ reason: String) async {
        let fate = Settlement.Fate.postponed(until: runner.clock() + time)
        let settlements = lease.entries.map { Settlement(entry: $0.id, fate: fate, host: nil, reason: reason) }
        await runner.write(lease, settlements, reports: [])
        if let entry = lease.entries.first { taken[entry.id] = nil }
    }

    func giveUp(_ why: Unreachable) async {
        if !why.isPermanent { await runner.unreachable(destination) }
        guard await runner.mayGoOn else { return }
        if waiting.isEmpty, !isEmpty { await fetch() }
        // Others wait, and are tried when the destination is; these know now why.
        let leases = waiting
        waiting = []
        for lease in leases { await write(lease, await runner.judge(lease, why)) }
    }

    /// What the carrier has taken no interest in is due as before.
    func close() async {
        for lease in Array(taken.values) + waiting {
            let untried = lease.entries.map { Settlement(entry: $0.id, fate: .untried, host: nil, reason: "") }
            await runner.write(lease, untried, reports: [])
        }
        (taken, waiting) = ([:], [])
        await looked()
    }

    private func write(_ lease: Lease, _ deliveries: [Delivery]) async {
        let now = runner.clock()
        let deliveries = await runner.observer.concluded(lease, deliveries, at: now)
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
        if let entry = lease.entries.first { taken[entry.id] = nil }
    }
}

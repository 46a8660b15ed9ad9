internal import Queue
internal import SMTP

/// The messages of one destination that one carrier has, and what becomes of them.
actor DestinationDesk: LeaseDesk {
    private let runner: Runner
    private let destination: String
    private var waiting: [Lease] = []
    /// What the carrier has taken and not settled yet, by its first recipient.
    private var taken: [Int64: Lease] = [:]
    /// Has what becomes of them written down while the carrier goes on.
    let writer: OutcomeWriter
    /// There is nothing more for this carrier.
    private var isEmpty = false
    private var hasLooked = false
    /// The host would rather have less to do with us: what is here is for another time.
    private var isOver = false
    /// Where the carrier has a place.
    private var host: String?

    init(runner: Runner, destination: String, host: String?) {
        self.runner = runner
        writer = OutcomeWriter(runner)
        self.destination = destination
        self.host = host
    }

    func enter(_ host: String) async -> Bool {
        let isLetIn = await runner.enter(host, for: destination, leaving: self.host)
        self.host = isLetIn ? host : nil
        isOver = isOver || !isLetIn
        return isLetIn
    }

    func next() async -> Lease? {
        while !isOver {
            if waiting.isEmpty, !isEmpty { await fetch() }
            guard await runner.mayGoOn, !waiting.isEmpty else { return nil }
            let lease = waiting.removeFirst()
            if let entry = lease.entries.first { taken[entry.id] = lease }
            guard lease.isOverdue(at: runner.clock()) else { return lease }
            await write(lease, await runner.judgeOverdue(lease))
        }
        return nil
    }

    private func fetch() async {
        let most = await runner.allowance(destination, at: host, isFirst: !hasLooked)
        let count = most > 0 ? await fetch(most) : 0
        isEmpty = count == 0
        if count < most { await runner.giveBack(most - count, destination) }
        await looked()
    }

    /// Tells how many there are.
    private func fetch(_ most: Int) async -> Int {
        do throws(QueueError) {
            let leases = try await runner.queue.lease(destination, now: runner.clock(), messages: most)
            waiting += leases
            return leases.count
        } catch {
            await runner.couldNotLook(error)
            return 0
        }
    }

    private func looked() async {
        guard !hasLooked else { return }
        hasLooked = true
        await runner.hasLooked(destination)
    }

    func settle(_ lease: Lease, _ attempts: [Attempt]) async {
        precondition(attempts.count == lease.entries.count, "each recipient has an outcome")
        let (deliveries, goesOn) = await runner.conclude(lease, attempts, destination)
        if !goesOn { isOver = true }
        await write(lease, deliveries)
    }

    func fail(_ lease: Lease, _ why: Unreachable) async { await write(lease, await runner.judge(lease, why)) }

    func rest(because reason: String) async { await runner.unreachable(destination, because: reason) }

    func postpone(_ lease: Lease, for time: Duration, _ reason: String) async {
        // Not for ever: who puts it off again and again must not keep its sender from hearing of it.
        guard await !runner.isTooOld(lease) else {
            return await fail(lease, Unreachable(reason, status: EnhancedCode(4, 4, 7)))
        }
        forget(lease)
        await writer.write(lease, untried: .postponed(until: runner.clock() + time), because: reason)
    }

    func giveUp(_ why: Unreachable) async {
        if !why.isPermanent { await runner.unreachable(destination, because: why.reason) }
        guard await runner.mayGoOn else { return }
        if waiting.isEmpty, !isEmpty {
            isEmpty = await fetch(Runner.batch) == 0
            await looked()
        }
        // Others wait, and are tried when the destination is; these know now why.
        let leases = waiting
        waiting = []
        for lease in leases {
            if lease.isOverdue(at: runner.clock()) {
                await write(lease, await runner.judgeOverdue(lease))
            } else {
                await write(lease, await runner.judge(lease, why))
            }
        }
    }

    /// What the carrier has taken no interest in is due as before.
    ///
    /// - Returns: the host that it has a place at.
    func close() async -> String? {
        for lease in Array(taken.values) + waiting { await writer.write(lease, untried: .untried) }
        await writer.finish()
        let untaken = taken.count + waiting.count
        (taken, waiting) = ([:], [])
        if untaken > 0 { await runner.giveBack(untaken, destination) }
        await looked()
        return host
    }

    private func write(_ lease: Lease, _ deliveries: [Delivery]) async {
        forget(lease)
        await writer.write(lease, deliveries)
    }

    /// The carrier has settled it.
    private func forget(_ lease: Lease) {
        if let entry = lease.entries.first { taken[entry.id] = nil }
    }
}

internal import Queue
internal import SMTP

/// The messages of one destination that one carrier has, and what becomes of them.
actor DestinationDesk: LeaseDesk {
    let runner: Runner
    private let destination: String
    private var waiting: [Lease] = []
    /// What the carrier has taken and not settled yet, by its first recipient.
    var taken: [Int64: Lease] = [:]
    /// What has become of messages and isn't written down yet.
    var unwritten: [Conclusion] = []
    /// All of it, and what is on its way to the disk.
    var backlog = Backlog()
    var writing: Task<Void, Never>?
    /// What is written down, and isn't announced yet.
    var unannounced: [Conclusion] = []
    var announcing: Task<Void, Never>?
    /// There is nothing more for this carrier.
    private var isEmpty = false
    private var hasLooked = false
    /// The host would rather have less to do with us: what is here is for another time.
    private var isOver = false
    /// Where the carrier has a place.
    private var host: String?

    init(runner: Runner, destination: String, host: String?) {
        self.runner = runner
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
        let fate = Settlement.Fate.postponed(until: runner.clock() + time)
        let settlements = lease.entries.map { Settlement(entry: $0.id, fate: fate, host: nil, reason: reason) }
        await add(Conclusion(lease, settlements, at: runner.clock()))
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

    /// A message is due as before.
    func giveBack(_ lease: Lease) { waiting.append(lease) }

    /// What the carrier has taken no interest in is due as before.
    ///
    /// - Returns: the host that it has a place at.
    func close() async -> String? {
        await finishWriting()
        let untried = (Array(taken.values) + waiting).map { lease in
            SettledLease(
                lease,
                lease.entries.map { Settlement(entry: $0.id, fate: .untried, host: nil, reason: "") }
            )
        }
        if !untried.isEmpty { await runner.write(untried) }
        let untaken = hasLooked ? taken.count + waiting.count : 0
        (taken, waiting) = ([:], [])
        if untaken > 0 { await runner.giveBack(untaken, destination) }
        await looked()
        return host
    }
}

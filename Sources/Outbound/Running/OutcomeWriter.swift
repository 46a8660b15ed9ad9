internal import Queue

/// Writes down what has become of messages, beside whoever goes on with others, and has it announced.
actor OutcomeWriter {
    /// What has become of a message.
    private struct Conclusion {
        let settled: SettledLease
        /// What is announced; nothing where it wasn't tried.
        let deliveries: [Delivery]
        let time: QueueTime

        init(
            _ lease: Lease,
            _ settlements: [Settlement],
            _ reports: [Draft] = [],
            _ deliveries: [Delivery] = [],
            at time: QueueTime
        ) {
            settled = SettledLease(lease, settlements, reports: reports)
            self.deliveries = deliveries
            self.time = time
        }
    }

    /// What isn't on the disk: delivered again should the power fail.
    private struct Backlog {
        var messages = 0
        var bytes = 0

        /// Enough that nobody need wait for the disk.
        var isFull: Bool { messages >= 16 || bytes >= 1 << 20 }
    }

    private let runner: Runner
    /// What has become of messages and isn't written down yet.
    private var unwritten: [Conclusion] = []
    /// All of it, and what is on its way to the disk.
    private var backlog = Backlog()
    private var writing: Task<Void, Never>?
    /// What is written down, and isn't announced yet.
    private var unannounced: [Conclusion] = []
    private var announcing: Task<Void, Never>?

    init(_ runner: Runner) { self.runner = runner }

    /// Has it written down that nobody was tried.
    func write(_ lease: Lease, untried fate: Settlement.Fate, because reason: String = "") async {
        let settlements = lease.entries.map { Settlement(entry: $0.id, fate: fate, host: nil, reason: reason) }
        await add(Conclusion(lease, settlements, at: runner.clock()))
    }

    /// Judges what has become of a message, and has it written down.
    func write(_ lease: Lease, _ deliveries: [Delivery]) async {
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
        let reports = await runner.observer.reports(lease, deliveries, at: now)
        await add(Conclusion(lease, settlements, reports, deliveries, at: now))
    }

    /// Has it written down while its caller goes on; who is faster than the disk waits for it.
    private func add(_ conclusion: Conclusion) async {
        unwritten.append(conclusion)
        backlog.messages += 1
        backlog.bytes += conclusion.settled.bytes
        // Loose tasks, which finish() waits for.
        if writing == nil { writing = Task { await writeDown() } }
        if backlog.isFull { await writing?.value }
        if unannounced.count >= Self.mostUnannounced { await announcing?.value }
    }

    private static let mostUnannounced = 16

    /// What has gathered shares a transaction.
    private func writeDown() async {
        while !unwritten.isEmpty {
            let conclusions = unwritten
            unwritten = []
            await runner.write(conclusions.map(\.settled), isIdle: !backlog.isFull)
            backlog.messages -= conclusions.count
            backlog.bytes -= conclusions.reduce(0) { $0 + $1.settled.bytes }
            unannounced += conclusions.filter { !$0.deliveries.isEmpty }
            if announcing == nil, !unannounced.isEmpty { announcing = Task { await announce() } }
        }
        writing = nil
    }

    /// Whoever is told must not keep others from being written down.
    private func announce() async {
        while !unannounced.isEmpty {
            let conclusions = unannounced
            unannounced = []
            for conclusion in conclusions {
                await runner.observer.settled(conclusion.settled.lease, conclusion.deliveries, at: conclusion.time)
            }
        }
        announcing = nil
    }

    /// Waits until all is written down and announced.
    func finish() async {
        while let task = writing ?? announcing { await task.value }
    }
}

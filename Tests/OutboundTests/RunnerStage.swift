import Mail
import Store
import Support
import Testing

@testable import Outbound
@testable import Queue

/// A runner with a queue of its own, a clock that stands still, and a carrier that does as the test says.
struct RunnerStage {
    /// What the carrier is doing.
    struct Traffic: Sendable {
        var running: [String: Int] = [:]
        var most: [String: Int] = [:]
        var mostAtOnce = 0
        var visits: [String: Int] = [:]
        /// Messages that a carrier has taken from the queue.
        var taken = 0
        var delivered: [String] = []
        var isOpen = true

        var runningAtOnce: Int { running.values.reduce(0, +) }
    }

    typealias Deed = @Sendable (String, any LeaseDesk, Watched<Traffic>) async -> Void

    let folder: TemporaryFolder
    let queue: Queue
    let clock = WallClock()
    let traffic = Watched(Traffic())
    let watcher: RunnerWatcher
    let runner: Runner

    init(
        _ settings: RunnerSettings = RunnerSettings(),
        watcher: RunnerWatcher = RunnerWatcher(),
        deed: @escaping Deed = Self.deliverAll
    ) throws {
        folder = try TemporaryFolder()
        queue = try Queue(in: folder.path + "/queue") { _ in }
        self.watcher = watcher
        let (clock, traffic) = (clock, traffic)
        let carrier = FakeCarrier { name, desk in
            traffic.change { traffic in
                traffic.running[name, default: 0] += 1
                traffic.visits[name, default: 0] += 1
                traffic.most[name] = max(traffic.most[name] ?? 0, traffic.running[name] ?? 0)
                traffic.mostAtOnce = max(traffic.mostAtOnce, traffic.runningAtOnce)
            }
            await deed(name, desk, traffic)
            // What a carrier did is done when it is written down.
            await (desk as? DestinationDesk)?.writer.finish()
            traffic.change { $0.running[name, default: 0] -= 1 }
        }
        runner = Runner(
            queue: queue,
            carrier: carrier,
            observer: watcher,
            settings: settings,
            clock: { clock.now },
            chance: { 0 },
            pause: { try await clock.pause(until: $0) }
        )
    }

    /// Delivers whatever there is, while it may.
    static let deliverAll: Deed = { _, desk, traffic in
        while let lease = await desk.next() {
            traffic.change { $0.taken += 1 }
            await traffic.until(\.isOpen)
            traffic.change { $0.delivered.append(lease.name) }
            await desk.deliver(lease)
        }
    }

    /// Runs while the body does, then stops, and sees that it ends.
    func run(_ body: @Sendable () async throws -> Void) async throws {
        let runner = runner
        async let running: Void = runner.run()
        do { try await body() } catch {
            await runner.stop()
            await running
            throw error
        }
        await runner.stop()
        await running
        queue.close()
    }

    /// Queues messages, many at once.
    func seal(
        _ names: [String],
        to recipient: String,
        from sender: String = "from@sender.example",
        _ change: (inout MailOptions) -> Void = { _ in }
    ) async throws {
        var options = MailOptions()
        change(&options)
        var envelope = Envelope(sender: try Address(parsing: sender))
        if options != MailOptions() { envelope.options = options }
        envelope.recipients = [Recipient(try Address(parsing: recipient))]
        let drafts = names.map { Draft(name: $0, envelope: envelope, text: .bytes([1, 2, 3]), arrived: clock.now) }
        let errors = await withTaskGroup(of: QueueError?.self) { group in
            for draft in drafts { group.addTask { [queue] in await Self.seal(draft, in: queue) } }
            return await group.reduce(into: [QueueError]()) { if let error = $1 { $0.append(error) } }
        }
        #expect(errors == [])
    }

    private static func seal(_ draft: Draft, in queue: Queue) async -> QueueError? {
        await withCheckedContinuation { continuation in queue.seal(draft) { continuation.resume(returning: $0) } }
    }

    /// No message is left in the queue.
    func expectEmpty() throws {
        let count = try queue.store.read { transaction throws(StoreError) in
            try transaction.first("SELECT count(*) FROM message") { $0.integer(0) }
        }
        #expect(count == 0)
    }

    /// Does something to the database, on the connection that the queue writes by.
    func execute(_ statement: String) throws {
        try queue.store.writeNow { transaction throws(StoreError) in
            _ = try transaction.rows(statement) { _ in 0 }
        }
    }
}

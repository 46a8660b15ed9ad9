public import Queue
internal import SMTP
internal import System

/// Delivers what is queued: looks at what is due, keeps to the limits, and writes down what becomes of it.
///
/// Destinations are served side by side, each with connections of its own and a wait of its own after a failure, so that one
/// that is dead delays nobody else. While others wait, one with much mail has no connection for longer than a batch takes.
public actor Runner {
    /// Waits until then by the clock; throws when it is cancelled meanwhile.
    public typealias Pause = @Sendable (QueueTime) async throws -> Void

    let queue: Queue
    let observer: any RunnerObserver
    let carrier: any Carrier
    let clock: @Sendable () -> QueueTime
    let chance: @Sendable () -> Double
    let pause: Pause
    private(set) var settings: RunnerSettings
    var destinations = DestinationTable()
    var hosts = HostTable()
    /// Somebody waits because there are as many carriers as there may be.
    private(set) var isCrowded = false
    /// Nothing is begun before: the disk fails.
    private var rest: Respite?
    private var isStopping = false
    /// When is looked next for what nobody comes to try.
    var sweepsAt: QueueTime?
    let bell = Bell()

    /// Messages that a carrier takes from the queue at once.
    static let batch = 16
    /// How long the longest nap is: the clock on the wall may be set.
    private static let nap = Duration.seconds(60)
    /// How long nothing is begun when the disk has failed.
    private static let longestRest = Duration.seconds(1)

    /// - Parameters:
    ///   - queue: what is to be delivered.
    ///   - carrier: how.
    ///   - observer: told of every attempt.
    ///   - settings: until ``apply(_:)`` says otherwise.
    ///   - clock: the time on the wall.
    ///   - chance: a number from 0 to 1, for waits that don't all end together.
    ///   - pause: waits by that clock.
    public init(
        queue: Queue,
        carrier: any Carrier,
        observer: any RunnerObserver,
        settings: RunnerSettings,
        clock: @escaping @Sendable () -> QueueTime,
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        pause: @escaping Pause = { try await Task.sleep(for: max(.zero, $0 - .now)) }
    ) {
        self.queue = queue
        self.carrier = carrier
        self.observer = observer
        self.settings = settings
        self.clock = clock
        self.chance = chance
        self.pause = pause
        let bell = bell
        queue.whenDue { bell.ring() }
    }

    /// New settings count for what is tried next.
    public func apply(_ settings: RunnerSettings) {
        self.settings = settings
        bell.ring()
    }

    /// Lets ``run()`` return when what is under way has ended.
    public func stop() {
        isStopping = true
        bell.ring()
    }

    /// Delivers until it is stopped; to cancel the task stops nothing.
    public func run() async {
        await withDiscardingTaskGroup { group in
            while !isStopping {
                sweepNowAndThen(in: &group)
                let next = await start(in: &group)
                let limit = clock() + Self.nap
                await bell.heard(until: min(next ?? limit, limit), pause: pause)
            }
        }
    }

    /// Whether carriers may take more.
    var mayGoOn: Bool { !isStopping && !settings.isDisabled }

    /// The queue can't be read or written: nothing is begun for a moment, lest we do nothing but try.
    func couldNotLook(_ error: QueueError) {
        observer.couldNotLook(error)
        rest = Respite(from: clock(), for: Self.longestRest)
    }

    /// Starts carriers for what is due; when something else will be.
    private func start(in group: inout DiscardingTaskGroup) async -> QueueTime? {
        guard mayGoOn else { return nil }
        if let end = rest?.end(at: clock()) { return end }
        let due: [Queue.Due]
        do throws(QueueError) {
            // Those that are known may have to wait, and stand before the others.
            due = try await queue.due(limit: settings.concurrency + destinations.count)
        } catch {
            couldNotLook(error)
            return rest?.end(at: clock())
        }
        // A carrier may have met with the disk meanwhile.
        if let end = rest?.end(at: clock()) { return end }
        let now = clock()
        destinations.forget(before: now)
        var next: QueueTime?
        var ready: [Ready] = []
        var names: Set<String> = []
        for item in due where !names.contains(item.destination) {
            let time = destinations.time(item, now: now)
            if time <= now {
                names.insert(item.destination)
                let known = destinations[item.destination]
                ready.append(Ready(item, carriers: known?.carriers ?? 0, turn: known?.turn ?? 0))
            } else {
                next = min(next ?? time, time)
            }
        }
        begin(ready, at: now, in: &group)
        return next
    }

    /// A destination that has something due.
    private struct Ready {
        let name: String
        /// Urgent mail first; then where fewer carriers are, so that much mail for one can't take the others' places; then
        /// where none has begun for longest.
        let rank: (Int, Int, Int)

        init(_ item: Queue.Due, carriers: Int, turn: Int) {
            name = item.destination
            rank = (-item.priority, carriers, turn)
        }
    }

    private func begin(_ ready: [Ready], at now: QueueTime, in group: inout DiscardingTaskGroup) {
        isCrowded = false
        hosts.forgetCrowds()
        for item in ready.sorted(by: { $0.rank < $1.rank }) {
            let (name, limit) = (item.name, settings.concurrency(of: item.name))
            guard mayGoOn, destinations.takesCarrier(name, limit: limit) else { continue }
            guard destinations.carriers < settings.concurrency else {
                guard destinations.carriers(of: name) == 0 else { continue }
                isCrowded = true
                return
            }
            let known = destinations[name]
            if let host = known?.host, !hosts.take(host, within: settings.concurrencyPerHost(for: name)) {
                if known?.carriers == 0 { hosts.isCrowded(host) }
                continue
            }
            begin(name, known?.host, at: now, in: &group)
        }
    }

    private func begin(_ name: String, _ host: String?, at now: QueueTime, in group: inout DiscardingTaskGroup) {
        destinations.began(name, at: now)
        group.addTask { [self] in
            let desk = DestinationDesk(runner: self, destination: name, host: host)
            await carrier.carry(to: name, desk)
            await ended(name, at: await desk.close())
        }
    }
}

public import Queue
internal import SMTP
internal import System

/// Delivers what is queued: looks at what is due, keeps to the limits, and writes down what becomes of it.
///
/// Destinations are served side by side, each with connections of its own and a wait of its own after a failure, so that one
/// that is dead delays nobody else.
public actor Runner {
    private struct Destination {
        var carriers = 0
        /// Times in a row that it could not be reached.
        var failures = 0
        var notBefore: QueueTime?
    }

    let queue: Queue
    let observer: any RunnerObserver
    private let carrier: any Carrier
    let clock: @Sendable () -> QueueTime
    let chance: @Sendable () -> Double
    private(set) var settings: RunnerSettings
    private var destinations: [String: Destination] = [:]
    private var carriers = 0
    private var isStopping = false
    private let bell = Bell()

    /// Messages that a carrier takes from the queue at once.
    static let batch = 16
    /// How long the longest nap is: the clock on the wall may be set.
    private static let nap = Duration.seconds(60)

    /// - Parameters:
    ///   - queue: what is to be delivered.
    ///   - carrier: how.
    ///   - observer: told of every attempt.
    ///   - settings: until ``apply(_:)`` says otherwise.
    ///   - clock: the time on the wall.
    ///   - chance: a number from 0 to 1, for waits that don't all end together.
    public init(
        queue: Queue,
        carrier: any Carrier,
        observer: any RunnerObserver,
        settings: RunnerSettings,
        clock: @escaping @Sendable () -> QueueTime,
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.queue = queue
        self.carrier = carrier
        self.observer = observer
        self.settings = settings
        self.clock = clock
        self.chance = chance
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

    /// Delivers until it is stopped.
    public func run() async {
        await withDiscardingTaskGroup { group in
            while !isStopping {
                let next = await start(in: &group)
                let pause = next.map { max(.zero, min($0 - clock(), Self.nap)) } ?? Self.nap
                await bell.heard(within: pause)
            }
        }
    }

    /// Starts carriers for what is due; when something else will be.
    private func start(in group: inout DiscardingTaskGroup) async -> QueueTime? {
        guard !settings.isDisabled else { return nil }
        let due: [Queue.Due]
        do throws(QueueError) {
            due = try await queue.due(limit: settings.concurrency + destinations.count)
        } catch {
            observer.couldNotLook(error)
            return clock() + .seconds(1)
        }
        let now = clock()
        var next: QueueTime?
        for item in due {
            let destination = destinations[item.destination]
            let time = max(item.time, destination?.notBefore ?? item.time)
            guard time <= now else {
                next = min(next ?? time, time)
                continue
            }
            guard carriers < settings.concurrency, !isStopping else { break }
            guard (destination?.carriers ?? 0) < settings.concurrencyPerDestination else { continue }
            begin(item.destination, in: &group)
        }
        return next
    }

    private func begin(_ name: String, in group: inout DiscardingTaskGroup) {
        destinations[name, default: Destination()].carriers += 1
        carriers += 1
        let carrier = carrier
        group.addTask { [self] in
            let desk = DestinationDesk(runner: self, destination: name)
            await carrier.carry(to: name, desk)
            await desk.close()
            await ended(name)
        }
    }

    private func ended(_ name: String) {
        carriers -= 1
        destinations[name]?.carriers -= 1
        if let left = destinations[name], left.carriers == 0, left.notBefore == nil { destinations[name] = nil }
        bell.ring()
    }

    /// Whether a destination's carriers may take more.
    var mayGoOn: Bool { !isStopping && !settings.isDisabled }

    func reached(_ name: String) {
        destinations[name]?.failures = 0
        destinations[name]?.notBefore = nil
    }

    /// A destination that can't be reached is left alone for a while, the longer the more often that is so.
    func unreachable(_ name: String) {
        let failures = (destinations[name]?.failures ?? 0) + 1
        destinations[name]?.failures = failures
        let wait = min(Duration.seconds(15) * (1 << min(failures - 1, 6)), .seconds(600))
        destinations[name]?.notBefore = clock() + wait
    }
}

internal import DNS
internal import Dispatch
internal import HTTP
internal import Outbound
internal import Queue
internal import System
internal import Wire

/// What goes on beside deliveries so that TLS with other hosts is what their domains want: policies, counts, reports.
final class TLSUpkeep: Sendable {
    let book: PolicyBook
    let keeper: PolicyKeeper
    let tally: TLSTally
    let reporter: TLSReporter
    private let tasks = Locked<[Task<Void, Never>]>([])

    init(
        _ configuration: Configuration,
        _ current: CurrentConfiguration,
        _ dialer: Dialer,
        _ resolver: Resolver,
        _ queue: Queue,
        _ log: LogSink
    ) throws(StartError) {
        if let problem = configuration.outbound.authorityProblem { throw StartError("\(problem)") }
        dialer.apply(configuration.outbound.tls)
        let path = configuration.directory + "/state/tls.db"
        do throws(PolicyBookError) {
            book = try PolicyBook(path: path) { log.error("tls policies", [("state", .text($0))]) }
        } catch { throw StartError("\(path) can't be opened: \(error).") }
        let clock: @Sendable () -> QueueTime = { .now }
        let client = HTTPSClient(dialer: dialer)
        tally = TLSTally(isOn: { current.value.outbound.reports.isOn }, clock: clock)
        keeper = PolicyKeeper(
            book: book,
            host: PolicyHost(resolver: resolver, client: client) { current.value.outbound.policyPort },
            tally: tally,
            clock: clock
        ) { log.warn("no mta-sts policy", [("domain", .text($0)), ("reason", .text("\($1)"))]) }
        reporter = TLSReporter(
            book: book,
            tally: tally,
            resolver: resolver,
            client: client,
            queue: queue,
            settings: { (current.value.outbound.reports, current.value.settings.hostname) },
            clock: clock
        ) { outcome in
            let facts: [LogField] = [("domain", .text(outcome.domain)), ("to", .text(outcome.uri))]
            guard let fault = outcome.fault else { return log.info("tls report", facts) }
            log.notice("tls report not sent", facts + [("reason", .text(fault))])
        }
    }

    func begin() {
        tasks.withLock { [keeper, reporter] tasks in
            tasks = [Task { await keeper.run() }, Task { await reporter.run() }]
        }
    }

    /// Has what was counted written down, if that goes quickly, and closes.
    func end() {
        let tasks = tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        let ended = DispatchSemaphore(value: 0)
        for task in tasks { task.cancel() }
        Task {
            for task in tasks { await task.value }
            ended.signal()
        }
        _ = ended.wait(timeout: .now() + 2)
        book.close()
    }
}

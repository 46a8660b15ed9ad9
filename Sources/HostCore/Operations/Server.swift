internal import Config
internal import DNS
internal import Dispatch
internal import Hooks
internal import Outbound
internal import PluginHost
internal import Queue
internal import System
internal import Wire

/// The daemon: starts, serves, reloads and stops.
///
/// Everything that changes it runs on one serial queue, never on an event loop: plugins are loaded and files read there.
public final class Server: Sendable {
    struct State {
        /// Nil when the server has stopped: a house keeps its plugins.
        var house: House?
        var configuration: Configuration
        /// What the disk holds, when it isn't what the server runs with.
        var difference: Difference?
        var isStopping = false
        var watch: Watch?
    }

    /// Why disk and running state differ.
    struct Difference {
        var refused: [String]
        var needsRestart: [String] = []
        var since: Int64

        var lines: [String] { refused + needsRestart }
    }

    let directory: String
    let installation: Installation
    let account: ServiceAccount
    let log: LogSink
    let listeners: Listeners
    let control = Listeners(loops: 1)
    let tls: TLSKeeper
    let host: PluginHost
    let current: CurrentConfiguration
    /// What it started with: what can't be changed while it runs is in force from here.
    let initial: Configuration
    private let signals: SignalPost
    private let manager = ServiceManager()
    let damper = AuthDamper()
    let cryptography = OpenSSLCryptography()
    /// What is to be delivered elsewhere, and who delivers it.
    let mail: Queue
    let runner: Runner
    let resolver: Resolver
    let upkeep: TLSUpkeep
    let signposts = Signposts()
    let services: PluginServices
    let started = SystemTime.wallSeconds
    let queue = DispatchQueue(label: "haraka.operations")
    let state: Locked<State>
    let ended = DispatchSemaphore(value: 0)
    let deliveryEnded = DispatchSemaphore(value: 0)

    /// Starts serving a directory; returns when connections are accepted.
    ///
    /// Ports are bound first, then privileges are dropped, then plugins are opened.
    public static func start(directory: String, installation: Installation) throws(StartError) -> Server {
        // Signals are blocked before there is a second thread: each thread inherits that.
        let signals = try SignalPost()
        let inherited = InheritedSockets.ofProcess()
        let configuration = try Configuration.read(directory, installation)
        let settings = configuration.settings
        let account = try ServiceAccount.configured(user: settings.user, group: settings.group)
        _ = try? ResourceLimits.raiseOpenFiles()
        let listeners = Listeners(loops: settings.loops)
        do throws(StartError) {
            let bound = try bind(settings.listeners(tls: configuration.tls), listeners, inherited)
            try ServiceFolders.prepare(configuration, account)
            try account.drop()
            let server = try Server(configuration, installation, account, listeners, signals)
            try server.serve(bound)
            return server
        } catch {
            listeners.shutdown()
            throw error
        }
    }

    private static func bind(
        _ wanted: [Listener],
        _ listeners: Listeners,
        _ inherited: InheritedSockets = InheritedSockets()
    ) throws(StartError) -> [BoundAddress] {
        do { return try listeners.bind(wanted, inherited: inherited) } catch { throw StartError("\(error)") }
    }

    private init(
        _ configuration: Configuration,
        _ installation: Installation,
        _ account: ServiceAccount,
        _ listeners: Listeners,
        _ signals: SignalPost
    ) throws(StartError) {
        self.signals = signals
        directory = configuration.directory
        self.installation = installation
        self.account = account
        self.listeners = listeners
        log = try LogSink.start(configuration)
        tls = TLSKeeper(configuration.tls, log: log)
        current = CurrentConfiguration(configuration)
        initial = configuration
        services = PluginServices(dns: PluginDNS(), outbound: PluginOutbound())
        let ports = HostPorts.of(
            current,
            log: log,
            net: PluginNet(dialer: listeners.dialer),
            dns: services.dns,
            outbound: services.outbound
        )
        host = PluginHost(ports: ports, runtimeDirectory: installation.swiftRuntime)
        log.tell(configuration.problems)
        let leftOut: [String]
        do throws(StartError) {
            leftOut = try Self.load(configuration, installation, account, host, log)
        } catch {
            log.finish()
            throw error
        }
        let spool: Spool?
        do throws(StartError) { spool = try Self.spool(of: configuration, log) } catch {
            log.finish()
            throw error
        }
        do throws(StartError) {
            (mail, runner, resolver, upkeep) = try Self.delivery(
                configuration,
                current,
                listeners,
                log,
                host,
                services,
                signposts
            )
        } catch {
            log.finish()
            throw error
        }
        let house = House(
            configuration,
            table: host.table,
            log: log,
            damper: damper,
            cryptography: cryptography,
            spool: spool,
            queue: mail
        )
        let difference = leftOut.isEmpty ? nil : Difference(refused: leftOut, since: started)
        state = Locked(State(house: house, configuration: configuration, difference: difference))
    }

    /// - Returns: what was left out, as sentences; only with `ignore_bad_plugins`.
    private static func load(
        _ configuration: Configuration,
        _ installation: Installation,
        _ account: ServiceAccount,
        _ host: PluginHost,
        _ log: LogSink
    ) throws(StartError) -> [String] {
        let staging = ServiceFolders.staging(configuration.directory)
        let plan = PluginPlan(configuration, installation: installation, account: account, staging: staging)
        log.tell(plan.problems)
        let errors = plan.problems.filter { $0.severity == .error }
        guard errors.isEmpty else { throw StartError(errors.map(\.description).joined(separator: "\n")) }
        do throws(LoadFailure) {
            let ignoresBad = configuration.settings.ignoreBadPlugins
            let report = try host.load(plan.entries, ignoreBad: ignoresBad, configurationChanged: [])
            for failure in report.skipped { log.error("plugin left out", [("reason", .text("\(failure)"))]) }
            var told = ReloadReport()
            told.take(report, running: [])
            return plan.tolerated + told.refused
        } catch { throw StartError("\(error)") }
    }

    /// Lets plugins of the hook `log` see the log, as long as there are any.
    func showLogToPlugins() {
        let host = host
        guard !host.table.isEmpty(.log) else { return log.observe(with: nil) }
        log.observe { line in host.observeLog(line.level.abi, line.shown) }
    }

    private func serve(_ bound: [BoundAddress]) throws(StartError) {
        showLogToPlugins()
        try runStartHooks()
        try listenForControl()
        do {
            receive(by: state.withLock { $0.configuration })
            let log = log
            try listeners.accept(report: { log.tell($0) }) { [self] in Conversation(house: house, peer: $0) }
        } catch { throw StartError("\(error)") }
        for address in bound { log.notice("listening", [("address", .text("\(address.actual)"))]) }
        deliver()
        watch()
        signals.listener = { [self] in receive($0) }
        tendTLS()
        remind()
        tellManager(.ready("serving \(directory)"))
    }

    /// Whoever has started us needn't be there to be told.
    func tellManager(_ news: ServiceManager.News) {
        do throws(SystemError) { try manager?.tell(news) } catch {
            log.warn("the service manager can't be told", [("reason", .text("\(error)"))])
        }
    }

    /// What new connections get.
    private var house: House {
        guard let house = state.withLock({ $0.house }) else { preconditionFailure("a connection after the end") }
        return house
    }

    private func listenForControl() throws(StartError) {
        let mode = ControlFolder.socketMode(directory, group: initial.settings.group)
        _ = try Self.bind([Listener(.unix(path: ControlClient.path(directory), mode: mode))], control)
        do {
            try control.accept { [self] _ in
                ControlDriver { question, answer in
                    if let request = QueueRequest(line: question) { return self.answer(request, answer) }
                    self.queue.async { answer(self.reply(to: question)) }
                }
            }
        } catch { throw StartError("\(error)") }
    }

    /// Returns when the server has stopped; to be called on the main thread.
    ///
    /// The main thread waits here and drains no main queue: libdispatch would have it take signals the default way. So a
    /// plugin must not count on the main actor.
    public func waitUntilStopped() { ended.wait() }
}

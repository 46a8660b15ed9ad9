internal import Config
internal import Dispatch
internal import Hooks
internal import PluginHost
internal import Synchronization
internal import System
internal import Wire

/// The daemon: starts, serves, reloads and stops.
///
/// Everything that changes it runs on one serial queue, never on an event loop: plugins are loaded and files read there.
public final class Server: Sendable {
    struct State {
        var house: House
        var configuration: Configuration
        /// What the disk holds, when it isn't what the server runs with.
        var difference: Difference?
        var isStopping = false
    }

    /// Why disk and running state differ.
    struct Difference {
        var lines: [String]
        var since: Int64
    }

    let directory: String
    let installation: Installation
    let account: ServiceAccount
    let log: Log
    let listeners: Listeners
    let host: PluginHost
    let started = SystemTime.wallSeconds
    let queue = DispatchQueue(label: "haraka.operations")
    let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)
    private let control: Listeners

    /// Starts serving a directory; returns when connections are accepted.
    ///
    /// Ports are bound first, then privileges are dropped, then plugins are opened.
    public static func start(directory: String, installation: Installation) throws(StartError) -> Server {
        let configuration = try Configuration.read(directory, installation)
        let log = try Log.start(configuration)
        configuration.problems.tell(log)
        let listeners = Listeners(loops: configuration.settings.loops)
        _ = try? ResourceLimits.raiseOpenFiles()
        do {
            let bound = try bind(configuration.settings.listen, listeners)
            let account = try ServiceAccount.configured(
                user: configuration.settings.user,
                group: configuration.settings.group
            )
            let server = try Server(configuration, installation, account, log, listeners)
            try server.serve(bound)
            return server
        } catch {
            listeners.shutdown()
            log.finish()
            throw error
        }
    }

    private static func bind(_ addresses: [ListenAddress], _ listeners: Listeners) throws(StartError) -> [BoundAddress] {
        do { return try listeners.bind(addresses) } catch { throw StartError("\(error)") }
    }

    private init(
        _ configuration: Configuration,
        _ installation: Installation,
        _ account: ServiceAccount,
        _ log: Log,
        _ listeners: Listeners
    ) throws(StartError) {
        directory = configuration.directory
        self.installation = installation
        self.account = account
        self.log = log
        self.listeners = listeners
        control = Listeners(loops: 1)
        try Self.prepare(configuration.directory, account)
        try account.drop()
        let current = CurrentConfiguration(configuration)
        host = PluginHost(ports: .of(current, log), swiftRuntime: installation.swiftRuntime)
        let plan = PluginPlan(configuration, installation: installation, account: account, staging: Self.staging(directory))
        try Self.check(plan, log, configuration)
        try Self.load(plan, host, log, configuration)
        state = Mutex(State(house: House(configuration, table: host.table, log: log), configuration: configuration))
        self.current = current
    }

    let current: CurrentConfiguration

    static func staging(_ directory: String) -> String { directory + "/state/plugins" }

    /// Makes the folders that the server writes to, while it may.
    private static func prepare(_ directory: String, _ account: ServiceAccount) throws(StartError) {
        do {
            for folder in ["state", "log"] {
                let path = "\(directory)/\(folder)"
                try Files.makeDirectory(path, mode: folder == "state" ? 0o700 : 0o755)
                guard let user = account.user else { continue }
                try FileDescriptor.open(path).changeOwner(user: user.uid, group: user.gid)
            }
        } catch { throw StartError("\(error)") }
    }

    private static func check(_ plan: PluginPlan, _ log: Log, _ configuration: Configuration) throws(StartError) {
        plan.problems.tell(log)
        guard let worst = plan.problems.first(where: { $0.severity == .error }) else { return }
        throw StartError("\(worst)")
    }

    private static func load(
        _ plan: PluginPlan,
        _ host: PluginHost,
        _ log: Log,
        _ configuration: Configuration
    ) throws(StartError) {
        do {
            let report = try host.load(
                plan.entries,
                ignoreBad: configuration.settings.ignoreBadPlugins,
                configurationChanged: []
            )
            for failure in report.skipped { log.write(.error, "plugin left out", [("reason", "\(failure)")]) }
        } catch { throw StartError("\(error)") }
    }

    private func serve(_ bound: [BoundAddress]) throws(StartError) {
        try runStartHooks()
        try listenForControl()
        do {
            try listeners.accept { [self] in Conversation(house: state.withLock { $0.house }, peer: $0) }
        } catch { throw StartError("\(error)") }
        for address in bound { log.write(.notice, "listening", [("address", "\(address.actual)")]) }
        watch()
        receiveSignals()
        remind()
    }

    private func listenForControl() throws(StartError) {
        let path = ControlClient.path(directory)
        _ = try Self.bind([.unix(path: path, mode: 0o600)], control)
        do {
            try control.accept { [self] _ in
                ControlDriver { question, answer in self.queue.async { answer(self.reply(to: question)) } }
            }
        } catch { throw StartError("\(error)") }
    }

    /// Returns when the server has stopped.
    public func wait() { ended.wait() }

    /// Stops accepting, lets transactions finish, and ends.
    func stop() {
        guard state.withLock({ let first = !$0.isStopping; $0.isStopping = true; return first }) else { return }
        log.write(.notice, "stopping", [])
        let limit = state.withLock { $0.configuration.settings.forceShutdownTimeout }
        listeners.stopAccepting()
        listeners.broadcast(0)
        let listeners = listeners
        Task { [self] in
            if await !listeners.awaitDrained(limit) {
                log.write(.warn, "connections cut off", [("count", "\(listeners.connectionCount)")])
            }
            queue.async { self.finish() }
        }
    }

    private func finish() {
        listeners.shutdown()
        control.shutdown()
        host.shutdown(within: .seconds(5))
        log.write(.notice, "stopped", [])
        log.finish()
        ended.signal()
    }
}

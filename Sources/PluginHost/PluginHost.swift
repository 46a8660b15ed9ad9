public import Hooks

/// Loads plugins, keeps the table of their hooks, and lets go of what nobody uses any more.
///
/// All of it may be called from any thread; ``load(_:ignoreBad:configurationChanged:)`` and ``shutdown(within:)``
/// block, so they don't belong on an event loop.
public final class PluginHost: Sendable {
    struct State {
        var table: HookTable
        /// In the order of the last list.
        var current: [(instance: PluginInstance, entry: PluginEntry)] = []
        /// All that were created and are not known to be gone.
        var living: [PluginInstance] = []
        var instances: UInt64 = 0
    }

    let backstage: Backstage
    let runtimeDirectory: String?
    let state: Guarded<State>
    /// One load at a time.
    let loading = Lock()

    /// - Parameters:
    ///   - ports: what the server supplies.
    ///   - runtimeDirectory: where the Swift runtime lies that the bundled plugins share; it is opened before the first
    ///     plugin, so that it is found whatever their RUNPATH says.
    public convenience init(ports: HostPorts, runtimeDirectory: String? = nil) {
        self.init(ports: ports, runtimeDirectory: runtimeDirectory, timings: Timings())
    }

    init(ports: HostPorts, runtimeDirectory: String? = nil, timings: Timings) {
        backstage = Backstage(ports: ports, timings: timings)
        self.runtimeDirectory = runtimeDirectory
        state = Guarded(State(table: HookTable(generation: 0, backstage: backstage, [])))
    }

    /// What new sessions ask.
    public var table: HookTable { state.withLock { $0.table } }

    /// Asks a hook that belongs to no connection (`init_master`, ...) and waits for the outcome.
    public func runDetached(_ hook: Hook, _ about: About = .nothing) -> Outcome {
        let bell = Bell()
        let session = PluginSession(table: table, id: "-", loop: -1) { bell.ring($0) }
        defer { session.close() }
        if let outcome = session.run(hook, about) { return outcome }
        while true {
            if let outcome = session.woken(bell.wait()) { return outcome }
        }
    }

    private final class Bell: Sendable {
        private let tokens = Guarded<[UInt64]>([])

        func ring(_ token: UInt64) {
            tokens.withLock { $0.append(token) }
            tokens.announce()
        }

        func wait() -> UInt64 { tokens.wait { $0.popLast() } ?? 0 }
    }

    /// How many lines may wait for one plugin's hook `log`; more are lost to it.
    private static let logLimit = 1000

    /// Shows a line of the log to the plugins of the hook `log`; next to nothing when there are none.
    ///
    /// What such a plugin logs while it looks at a line isn't shown to it.
    public func observeLog(_ level: Int32, _ text: String) {
        let table = table
        guard !table.isEmpty(.log), Frame.current?.isInLogHook != true else { return }
        for post in table.posts[Hook.log.index] {
            let registration = post.registration
            let logQueue = registration.instance.logQueue
            guard logQueue.count < Self.logLimit else { continue }
            logQueue.add()
            do throws(Lane.Refusal) {
                try registration.instance.lane.push(
                    .task {
                        logQueue.remove()
                        registration.observe(level, text)
                    }
                )
            } catch {
                logQueue.remove()
            }
        }
    }

    /// Takes no more calls, drains and destroys all plugins; what isn't done in time is left behind.
    ///
    /// Sessions are closed before: a plugin that a session may still ask is not destroyed.
    public func shutdown(within limit: Duration) {
        loading.lock()
        defer { loading.unlock() }
        backstage.stop()
        let deadline = Instant.now.advanced(by: limit.wholeNanoseconds)
        let empty = HookTable(generation: table.generation + 1, backstage: backstage, [])
        var old: HookTable?
        let living = state.withLock { state in
            old = state.table
            state.table = empty
            state.current = []
            return state.living
        }
        // The table's end retires its plugins; behind the lock, like every end.
        withExtendedLifetime(old) {}
        old = nil
        for instance in living where !instance.waitUntilGone(deadline) {
            let reason = instance.isInUse ? "connections still hold it" : "it is still busy"
            instance.log(LogLevel.warning, "\(instance.name) was not ended in time: \(reason)")
        }
        backstage.clock.stop()
    }
}

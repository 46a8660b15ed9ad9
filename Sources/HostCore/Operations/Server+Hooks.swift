internal import Dispatch
internal import Hooks
internal import PluginHost

extension Server {
    /// Runs `init_master`, then `init_child`; any answer but CONT and OK keeps the server from starting.
    func runStartHooks() throws(StartError) {
        for hook in [Hook.initMaster, .initChild] where !host.table.isEmpty(hook) {
            let outcome = run(hook)
            guard outcome.code == .cont || outcome.code == .ok else {
                let plugin = outcome.plugin.map { host.table.pluginName($0) } ?? "a plugin"
                let words = outcome.reply?.text ?? outcome.code.name
                throw StartError("\(plugin) keeps the server from starting (hook \(hook.name)): \(words)")
            }
        }
    }

    /// Runs a hook that belongs to no connection and waits for its outcome; not on an event loop.
    private func run(_ hook: Hook) -> Outcome {
        let settled = DispatchSemaphore(value: 0)
        let token = Answer()
        let session = PluginSession(table: host.table, id: "server", loop: 0) { woken in
            token.give("\(woken)")
            settled.signal()
        }
        defer { session.close() }
        var outcome = session.run(hook)
        while outcome == nil {
            settled.wait()
            guard let woken = token.take().flatMap(UInt64.init) else { continue }
            outcome = session.woken(woken)
        }
        return outcome ?? .nobody
    }
}

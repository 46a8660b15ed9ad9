internal import Hooks
internal import PluginHost

extension Server {
    /// Runs `init_master`, then `init_child`; any answer but CONT and OK keeps the server from starting.
    func runStartHooks() throws(StartError) {
        let table = host.table
        for hook in [Hook.initMaster, .initChild] where !table.isEmpty(hook) {
            let outcome = host.runDetached(hook)
            guard outcome.code == .cont || outcome.code == .ok else {
                let plugin = outcome.plugin.map { table.plugins[$0].name } ?? "a plugin"
                let words = outcome.reply?.text ?? outcome.code.name
                throw StartError("\(plugin) keeps the server from starting (hook \(hook.name)): \(words)")
            }
        }
    }
}

/// One generation of a plugin: what the descriptor's `state` points at.
final class LoadedPlugin: Sendable {
    private let plugin: any Plugin
    private let boxes: [HookBox]

    /// Makes the instance and registers its hooks.
    ///
    /// The boxes of a plugin that fails half way are never given back, because the host may know some of them.
    init<P: Plugin>(_ type: P.Type, _ host: Host) throws {
        let plugin = try P(host)
        self.plugin = plugin
        boxes = try plugin.activeHooks.map { hook in
            let box = HookBox(hook.bind(plugin, host))
            _ = unsafe Unmanaged.passRetained(box)
            var entry = unsafe box.entry(hook)
            let status = unsafe host.tables.hooks?.pointee.add(host.tables.context, &entry)
            guard status == hk_status(HK_OK) else {
                throw HostError(status, "hook \(hook.name)")
            }
            return box
        }
    }

    func start() throws { try plugin.start() }

    func reconfigure() throws { try plugin.reconfigure() }

    func drain() { plugin.drain() }

    /// Gives back what the host can no longer call.
    func destroy() {
        for box in boxes { unsafe Unmanaged.passUnretained(box).release() }
    }
}

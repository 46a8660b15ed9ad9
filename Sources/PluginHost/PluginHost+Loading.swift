internal import Hooks

extension PluginHost {
    /// Brings what is loaded in line with a list; all of it or nothing, unless `ignoreBad`.
    ///
    /// A plugin whose bytes are the same is kept, and told when its configuration changed; new bytes are a new
    /// generation. What is new is created and started, in the list's order, before any new session sees it.
    ///
    /// - Parameters:
    ///   - entries: the whole list, in its order.
    ///   - ignoreBad: leaves plugins out that can't be loaded, or goes on with their old generation.
    ///   - configurationChanged: names of plugins whose configuration is not what it was.
    /// - Returns: what has changed.
    /// - Throws: the first failure; what was running is as it was.
    public func load(
        _ entries: [PluginEntry],
        ignoreBad: Bool,
        configurationChanged: Set<String>
    ) throws(LoadFailure) -> LoadReport {
        loading.lock()
        defer { loading.unlock() }
        var plan = LoadPlan(host: self, ignoreBad: ignoreBad, changed: configurationChanged)
        do throws(LoadFailure) {
            try plan.run(entries)
        } catch {
            plan.undo()
            throw error
        }
        return publish(plan)
    }

    func newInstance(_ entry: PluginEntry) -> PluginInstance {
        let number = state.withLock { state in
            state.instances += 1
            return state.instances
        }
        return PluginInstance(entry, number: number, backstage)
    }

    private func publish(_ plan: LoadPlan) -> LoadReport {
        var report = plan.report
        for (instance, entry) in plan.result {
            instance.take(entry)
            if instance.phase == .beginning { instance.phase = .serving }
        }
        let table = HookTable(generation: self.table.generation + 1, backstage: backstage, plan.result)
        report.generation = table.generation
        // The old table is dropped behind the lock: with the last session that holds it, its plugins may end.
        let old = state.withLock { state in
            let old = state.table
            state.table = table
            state.current = plan.result.map { (instance: $0.0, entry: $0.1) }
            state.living.removeAll { $0.isGone }
            state.living += plan.fresh
            return old
        }
        withExtendedLifetime(old) {}
        return report
    }
}

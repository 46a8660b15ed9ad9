extension PluginHost {
    /// The files below `config/` that a plugin has asked for, by the names that it used.
    public func filesRead(by plugin: String) -> Set<String> {
        state.withLock { state in
            state.current.first { $0.entry.name == plugin }?.instance.configurationFiles ?? []
        }
    }
}

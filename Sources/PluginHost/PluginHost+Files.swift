extension PluginHost {
    /// The configuration that a plugin runs with: that of its create, or of the last reconfigure that it accepted.
    public func configuration(of plugin: String) -> (any PluginConfiguration)? {
        state.withLock { state in state.current.first { $0.entry.name == plugin }?.instance.configuration }
    }

    /// The files below `config/` that a plugin has asked for, by the names that it used.
    public func filesRead(by plugin: String) -> Set<String> {
        state.withLock { state in
            state.current.first { $0.entry.name == plugin }?.instance.configurationFiles ?? []
        }
    }
}

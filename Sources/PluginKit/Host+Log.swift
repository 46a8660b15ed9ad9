extension Host {
    /// Writes one log line with the plugin's name; `scope` is a session or transaction token, whose id the line gets.
    public func log(_ level: LogLevel, _ text: String, scope: UInt64 = 0) {
        unsafe text.withView { unsafe tables.host.pointee.log?(tables.context, level.rawValue, scope, $0) }
    }

    public func debug(_ text: String) { log(.debug, text) }

    public func info(_ text: String) { log(.info, text) }

    public func notice(_ text: String) { log(.notice, text) }

    public func warn(_ text: String) { log(.warn, text) }

    public func error(_ text: String) { log(.error, text) }

    public func crit(_ text: String) { log(.crit, text) }
}

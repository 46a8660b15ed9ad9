/// A call about one log line: `log`; answering `.ok` keeps it from later log plugins.
public typealias LogLine = Call<HookKind.LogLine>

extension Call where Kind == HookKind.LogLine {
    /// Its level; an unknown number is `.info`.
    public var level: LogLevel { unsafe LogLevel(rawValue: args.pointee.log_level) ?? .info }

    /// The line without its line end.
    public var line: String { text(.logText) ?? "" }
}

extension Hook {
    /// The server starts; a refusal stops it.
    public static var initMaster: HookPoint<P, HookKind.Startup> { HookPoint("init_master") }

    /// A worker starts; in this server right after `initMaster`.
    public static var initChild: HookPoint<P, HookKind.Startup> { HookPoint("init_child") }

    /// Some plugin refused something; `.ok` cancels the refusal.
    public static var deny: HookPoint<P, HookKind.Denial> { HookPoint("deny") }

    /// A log line is written; `.ok` keeps it from later log plugins.
    public static var log: HookPoint<P, HookKind.LogLine> { HookPoint("log") }

    /// A hook that is run by its name only, see `Verdict.next(hook:)`.
    public static func named(_ name: StaticString) -> HookPoint<P, HookKind.Command> { HookPoint(name) }
}

/// A hook before it has a method.
///
/// Called with a method of the plugin it makes a `Hook`. The method takes the call and answers a `Verdict`, or nothing,
/// which is `.continue`; it may throw, which is a failure that is logged and answered by the plugin's failure policy; and
/// it may be async, then its verdict is given later, by a task of the plugin.
///
/// - `priority`: -100 to 100, smaller runs first.
/// - `timeout`: instead of the plugin's own from the configuration.
/// - `inline`: on the connection's event loop, on all loops at the same time; only for what returns at once.
/// - `observe`: the verdict is ignored and a failure continues.
public struct HookPoint<P: Plugin, Kind>: Sendable {
    let name: StaticString

    init(_ name: StaticString) { self.name = name }

    public func callAsFunction(
        _ method: @escaping @Sendable (P) -> @Sendable (borrowing Call<Kind>) throws -> Verdict,
        priority: Int = 0,
        timeout: Duration? = nil,
        inline: Bool = false,
        observe: Bool = false
    ) -> Hook<P> {
        let name = name
        return entry((inline ? HK_HF_INLINE : 0) | (observe ? HK_HF_OBSERVE : 0), priority, timeout) {
            SyncHook<Kind>(name, $1, method($0))
        }
    }

    public func callAsFunction(
        _ method: @escaping @Sendable (P) -> @Sendable (borrowing Call<Kind>) throws -> Void,
        priority: Int = 0,
        timeout: Duration? = nil,
        inline: Bool = false,
        observe: Bool = false
    ) -> Hook<P> {
        let name = name
        return entry((inline ? HK_HF_INLINE : 0) | (observe ? HK_HF_OBSERVE : 0), priority, timeout) {
            let bound = method($0)
            return SyncHook<Kind>(name, $1) { call in
                try bound(call)
                return .continue
            }
        }
    }

    public func callAsFunction(
        _ method: @escaping @Sendable (P) -> @Sendable (borrowing Call<Kind>) async throws -> Verdict,
        priority: Int = 0,
        timeout: Duration? = nil,
        observe: Bool = false
    ) -> Hook<P> {
        let name = name
        return entry(HK_HF_MAY_PEND | (observe ? HK_HF_OBSERVE : 0), priority, timeout) {
            AsyncHook<Kind>(name, $1, method($0))
        }
    }

    public func callAsFunction(
        _ method: @escaping @Sendable (P) -> @Sendable (borrowing Call<Kind>) async throws -> Void,
        priority: Int = 0,
        timeout: Duration? = nil,
        observe: Bool = false
    ) -> Hook<P> {
        let name = name
        return entry(HK_HF_MAY_PEND | (observe ? HK_HF_OBSERVE : 0), priority, timeout) {
            let bound = method($0)
            return AsyncHook<Kind>(name, $1) { call in
                try await bound(call)
                return .continue
            }
        }
    }

    private func entry(
        _ flags: Int,
        _ priority: Int,
        _ timeout: Duration?,
        _ bind: @escaping @Sendable (P, Host) -> any HookRunner
    ) -> Hook<P> {
        Hook(
            name: name,
            flags: UInt32(flags),
            priority: Int32(clamping: priority),
            timeout: timeout,
            bind: bind
        )
    }
}

/// A call about a refusal by another plugin: `deny`; answering `.ok` cancels the refusal.
public typealias Denial = Call<HookKind.Denial>

extension Call where Kind == HookKind.Denial {
    /// The hook that was refused, "rcpt".
    public var hook: String { text(.deniedHook) ?? "" }

    /// Who refused.
    public var plugin: String { text(.deniedPlugin) ?? "" }

    /// With which words.
    public var reason: String { text(.deniedText) ?? "" }

    /// The refusal's `HK_V_` number.
    public var verdict: Int32 { unsafe args.pointee.denied_verdict }
}

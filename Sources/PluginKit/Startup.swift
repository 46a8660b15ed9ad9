/// A call about the server itself: `init_master` and `init_child`; no connection is known.
public typealias Startup = Call<HookKind.Startup>

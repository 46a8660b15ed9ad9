extension Hook {
    /// A client has connected; every plugin runs, the verdict is ignored.
    public static var connectInit: HookPoint<P, HookKind.Connection> { HookPoint("connect_init") }

    /// `.ok(name)` names the client; else the server looks the name up.
    public static var lookupRDNS: HookPoint<P, HookKind.Connection> { HookPoint("lookup_rdns") }

    /// The client may be refused before the banner.
    public static var connect: HookPoint<P, HookKind.Connection> { HookPoint("connect") }

    /// HELO with its argument in `helloHost`.
    public static var helo: HookPoint<P, HookKind.Connection> { HookPoint("helo") }

    /// EHLO with its argument in `helloHost`.
    public static var ehlo: HookPoint<P, HookKind.Connection> { HookPoint("ehlo") }

    /// `addCapability` adds lines to the EHLO reply; the verdict is ignored.
    public static var capabilities: HookPoint<P, HookKind.Connection> { HookPoint("capabilities") }

    /// A command that the server does not know; `.next(hook:)` runs another hook.
    public static var unrecognizedCommand: HookPoint<P, HookKind.Command> { HookPoint("unrecognized_command") }

    /// VRFY with its argument.
    public static var vrfy: HookPoint<P, HookKind.Command> { HookPoint("vrfy") }

    /// NOOP.
    public static var noop: HookPoint<P, HookKind.Connection> { HookPoint("noop") }

    /// RSET; the verdict is ignored.
    public static var rset: HookPoint<P, HookKind.Connection> { HookPoint("rset") }

    /// QUIT; the verdict only gives the text.
    public static var quit: HookPoint<P, HookKind.Connection> { HookPoint("quit") }

    /// The connection has ended; every plugin runs, the verdict is ignored.
    public static var disconnect: HookPoint<P, HookKind.Connection> { HookPoint("disconnect") }

    /// What the server needs to check a user: `setVerifier`, or `.ok(password)`.
    public static var authLookup: HookPoint<P, HookKind.Authentication> { HookPoint("auth_lookup") }

    /// A user with a password, for PLAIN and LOGIN; `.ok` lets it in.
    public static var authVerify: HookPoint<P, HookKind.Authentication> { HookPoint("auth_verify") }

    /// A user with a bearer token; `.ok` lets it in.
    public static var authToken: HookPoint<P, HookKind.Authentication> { HookPoint("auth_token") }
}

extension Hook {
    /// Just before outbound mail is queued, say to sign it; a refusal keeps it out, and is the client's reply.
    public static var preSendTransEmail: HookPoint<P, HookKind.Message> { HookPoint("pre_send_trans_email") }

    /// A try to deliver is about to begin; `.delay` puts it off.
    public static var sendEmail: HookPoint<P, HookKind.Delivery> { HookPoint("send_email") }

    /// Where mail for `domain` goes: `addNextHop` and `.ok`; else the server asks the DNS.
    public static var getMX: HookPoint<P, HookKind.Delivery> { HookPoint("get_mx") }

    /// A recipient was delivered; the verdict is ignored.
    public static var delivered: HookPoint<P, HookKind.Delivery> { HookPoint("delivered") }

    /// A try failed for now, for one recipient: `.denySoft("600")` sets the seconds until the next, `.deny` gives up.
    public static var deferred: HookPoint<P, HookKind.Delivery> { HookPoint("deferred") }

    /// A recipient failed for good; a verdict other than `.continue` sends no report.
    public static var bounce: HookPoint<P, HookKind.Delivery> { HookPoint("bounce") }
}

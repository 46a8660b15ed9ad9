extension Hook {
    /// MAIL with its sender.
    public static var mail: HookPoint<P, HookKind.Sender> { HookPoint("mail") }

    /// RCPT with its recipient: it needs an `.ok`, or a client that may relay.
    public static var rcpt: HookPoint<P, HookKind.Recipient> { HookPoint("rcpt") }

    /// A recipient that some plugin has accepted.
    public static var rcptOK: HookPoint<P, HookKind.Recipient> { HookPoint("rcpt_ok") }

    /// DATA, before the message comes.
    public static var data: HookPoint<P, HookKind.Message> { HookPoint("data") }

    /// The message is here and may be read, edited, refused.
    public static var dataPost: HookPoint<P, HookKind.Message> { HookPoint("data_post") }

    /// The message was larger than the server takes; it is refused whatever the verdict.
    public static var maxDataExceeded: HookPoint<P, HookKind.Message> { HookPoint("max_data_exceeded") }

    /// Take the message into your care: `.ok` is a promise that it is safe.
    public static var queue: HookPoint<P, HookKind.Message> { HookPoint("queue") }

    /// The same for mail of a client that may relay.
    public static var queueOutbound: HookPoint<P, HookKind.Message> { HookPoint("queue_outbound") }

    /// The message was taken, in `queueText` the queue plugin's words; the verdict is ignored.
    public static var queueOK: HookPoint<P, HookKind.Message> { HookPoint("queue_ok") }

    /// The transaction ends, in whatever way; the verdict is ignored.
    public static var resetTransaction: HookPoint<P, HookKind.Message> { HookPoint("reset_transaction") }
}

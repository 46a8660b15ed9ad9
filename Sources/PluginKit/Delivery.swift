/// A call about mail on its way out: `get_mx`, `send_email`, `delivered`, `deferred` and `bounce`.
public typealias Delivery = Call<HookKind.Delivery>

extension Call where Kind == HookKind.Delivery {
    /// The queue entry.
    public var queueID: UInt64 { unsafe args.pointee.queue_id }

    /// Where the mail goes.
    public var domain: String { text(.domain) ?? "" }

    /// The host that was tried.
    public var nextHop: String? { text(.nextHop) }

    public var nextPort: Int { unsafe Int(args.pointee.next_port) }

    /// The last reply of the next host.
    public var response: String? { text(.response) }

    /// Tries so far.
    public var attempts: Int { unsafe Int(args.pointee.attempts) }

    /// `delivered`: time in the queue; `deferred`: until the next try.
    public var delay: Duration { unsafe .milliseconds(Int64(clamping: args.pointee.delay_ms)) }

    /// The sender of the mail; empty for the null sender.
    public var mailAddress: String { text(.mailAddress) ?? "" }

    /// The recipient of the mail, where there is one.
    public var rcptAddress: String? { text(.rcptAddress) }

    /// In `get_mx`, to be followed by `.ok`: one next hop more, in order.
    ///
    /// "host", "host:port", "lmtp://…" or a path; needs the capability "queue".
    public func addNextHop(_ nextHop: String) throws(HostError) {
        try stage("next hop \(nextHop)") { tables, call in
            unsafe nextHop.withView { unsafe tables.outbound?.pointee.add_next_hop(tables.context, call, $0) }
        }
    }
}

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

    /// The recipient, in `delivered`, `deferred` and `bounce`.
    public var rcptAddress: String? { text(.rcptAddress) }

    /// Bytes of the message.
    public var size: UInt64 { unsafe args.pointee.size }

    /// Names one next hop more in `get_mx`, to be followed by `.ok`.
    ///
    /// They are tried in order. Needs the capability "queue".
    public func addNextHop(_ hop: NextHop) throws(HostError) {
        try stage("next hop \(hop.host)") { tables, call in
            unsafe NextHop.lend([hop]) { hops, _ in
                unsafe tables.outbound?.pointee.add_next_hop(tables.context, call, hops)
            }
        }
    }
}

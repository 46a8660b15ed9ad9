extension Call where Kind == HookKind.Message {
    /// Has the server queue the message for delivery elsewhere; in `queue` and `queue_outbound`, to be followed by `.ok`.
    ///
    /// The client gets its 250 when the message is on the disk. Needs the capability "queue".
    public func enqueue() throws(HostError) {
        try stage("enqueue") { tables, call in unsafe tables.outbound?.pointee.enqueue(tables.context, call) }
    }

    /// Gives the message to the first of these hosts that takes it, now, with the server's own SMTP client.
    ///
    /// The plugin's time stands still meanwhile; the time limits of SMTP count. When the call ends first, because the client
    /// has gone, a host that hasn't got all of the message gets none of it. Needs the capability "queue".
    ///
    /// - Parameters:
    ///   - hops: the next counts where one can't be spoken to.
    ///   - recipients: their places in the transaction; nil: all that are left.
    /// - Returns: an outcome for each recipient, in their order.
    /// - Throws: a next hop is none, or the message has line ends that are none.
    public func deliver(to hops: [NextHop], for recipients: [Int]? = nil) async throws(HostError) -> [DeliveryOutcome] {
        let (tables, token) = (host.tables, token)
        return try await unsafe Awaited<[DeliveryOutcome]>.answer("deliver") { ud in
            unsafe NextHop.lend(hops) { hops, count in
                let places = recipients?.map { UInt32(clamping: $0) } ?? []
                return unsafe places.withUnsafeBufferPointer { places in
                    unsafe tables.outbound?.pointee.deliver(
                        tables.context,
                        token,
                        recipients == nil ? nil : places.baseAddress ?? Self.nobody,
                        UInt32(places.count),
                        hops,
                        count,
                        Self.delivered,
                        ud
                    )
                }
            }
        }
    }

    /// Not NULL, which would stand for everybody.
    private static var nobody: UnsafePointer<UInt32>? {
        unsafe UnsafePointer(bitPattern: MemoryLayout<UInt32>.alignment)
    }

    private static var delivered:
        @convention(c) (UnsafeMutableRawPointer?, hk_status, UnsafePointer<hk_outcome>?, UInt32) -> Void
    {
        { ud, status, outcomes, count in
            let all = unsafe UnsafeBufferPointer(start: outcomes, count: Int(count))
            let copies = all.indices.map { place in
                // Each outcome says how long it is: a later server's may be longer.
                let start = unsafe UnsafeRawPointer(all.baseAddress)
                    .map { unsafe $0 + place * Int(all[0].struct_size) }
                return unsafe start.map { unsafe DeliveryOutcome($0.assumingMemoryBound(to: hk_outcome.self)) }
            }
            let result = HostError.result(status, "deliver", copies.compactMap { $0 })
            unsafe Awaited<[DeliveryOutcome]>.settle(ud, result)
        }
    }
}

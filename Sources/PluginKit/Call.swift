/// One call of a hook: what is known of the connection, and what the plugin may do with it.
///
/// It is lent for the length of the call and cannot be kept. Facts are decoded when they are read. Writes are staged and
/// happen when the verdict is accepted; the call itself reads its own writes. Assignments that the server refuses fail
/// the hook, methods throw.
@safe public struct Call<Kind>: ~Copyable {
    let frame: UnsafeMutablePointer<CallFrame>

    init(_ frame: UnsafeMutablePointer<CallFrame>) { unsafe self.frame = frame }

    var args: UnsafePointer<hk_args> { unsafe frame.pointee.args }

    /// The server.
    public var host: Host { unsafe frame.pointee.host }

    /// This call's token, for C functions.
    public var token: UInt64 { unsafe args.pointee.call }

    /// The connection's token: it may be kept, and answers "stale" when the connection has ended.
    public var session: UInt64 { unsafe args.pointee.session }

    /// The transaction's token; 0 outside one.
    public var transaction: UInt64 { unsafe args.pointee.txn }

    /// True while a verdict would still be accepted.
    public var isLive: Bool { unsafe host.tables.calls?.pointee.is_live(host.tables.context, token) == 1 }

    /// Still working: starts the deadline anew, up to ten times the hook's timeout in all.
    public func progress() throws(HostError) {
        let status = unsafe host.tables.calls?.pointee.progress(host.tables.context, token)
        try HostError.check(status, "progress")
    }

    /// Writes one log line with the connection's or transaction's id.
    public func log(_ level: LogLevel, _ text: String) {
        unsafe host.log(level, text, scope: frame.pointee.scope)
    }

    /// Leaves a result for logs and other plugins, on the transaction or, outside one, on the connection.
    public func result(_ kind: ResultKind, _ text: String) {
        unsafe host.notes(of: frame.pointee.scope).result(kind, text)
    }

    /// What plugins leave for each other on this connection.
    public var connectionNotes: Notes { host.notes(of: session) }

    /// What plugins leave for each other on this transaction; outside one the server refuses them.
    public var transactionNotes: Notes { host.notes(of: transaction) }
}

extension Call {
    /// The text of a fact; nil when it is absent.
    func text(_ fact: Fact) -> String? {
        let view = unsafe fact.view(in: args)
        guard unsafe view.ptr != nil else { return nil }
        return unsafe String(view)
    }

    /// A fact by its name in the host's own list, with the call's own writes.
    func fact(_ name: String, of scope: UInt64? = nil) -> Value? {
        unsafe Value.ask { raw, buffer, capacity, need in
            guard let fact = unsafe host.tables.session?.pointee.fact else { return hk_status(HK_E_UNSUPPORTED) }
            return unsafe fact(host.tables.context, scope ?? token, name, raw, buffer, capacity, need)
        }.value
    }

    /// Stages one write, or says why not.
    func stage(_ operation: String, _ write: (HostTables, hk_call) -> hk_status?) throws(HostError) {
        let status = write(host.tables, token) ?? hk_status(HK_E_UNSUPPORTED)
        try HostError.check(status, operation)
        unsafe frame.pointee.wrote = true
    }

    /// Stages a write that is an assignment; a refusal is kept and fails the hook.
    func assign(_ operation: String, _ write: (HostTables, hk_call) -> hk_status?) {
        do throws(HostError) { try stage(operation, write) } catch {
            if unsafe frame.pointee.failure == nil { unsafe frame.pointee.failure = error }
        }
    }
}

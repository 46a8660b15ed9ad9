/// The server's queue, for plugins that send mail or look after it: `try host.outbound`.
///
/// The plugin needs the capability `queue`, which the operator grants in `config/plugins.ini`.
@safe public struct Outbound: @unchecked Sendable {  // R7: the table lives, unchanged, until the process ends
    /// What may be done with an entry of the queue.
    public enum Action: Int32, Sendable {
        case retry = 1
        case hold = 2
        case release = 3
        case delete = 4
        case bounce = 5
    }

    private let host: Host
    private let table: UnsafePointer<hk_ext_outbound>

    init(_ host: Host) throws(HostError) {
        guard let table = unsafe host.tables.outbound else {
            throw HostError(HK_E_DENIED, "haraka.outbound/1, capability queue")
        }
        self.host = host
        unsafe self.table = table
    }

    /// Queues a mail.
    ///
    /// - Parameters:
    ///   - sender: an address; empty: the null sender, so that nothing comes back.
    ///   - recipients: addresses, at least one.
    ///   - message: header and body, each line with CRLF. `Message-ID` and `Date` are added where they are missing.
    /// - Returns: its entry; it is on the disk then.
    /// - Throws: an address is none, a CR or LF stands alone, or the queue takes nothing now.
    public func submit(
        from sender: String,
        to recipients: [String],
        message: [UInt8]
    ) async throws(HostError) -> UInt64 {
        var texts = TextArena()
        let from = texts.add(sender)
        let to = recipients.map { texts.add($0) }
        return try await unsafe Awaited<UInt64>.answer("outbound.submit") { ud in
            unsafe texts.lend { view in
                unsafe message.withView { part in
                    let views = unsafe to.map { unsafe view($0) }
                    return unsafe views.withUnsafeBufferPointer { views in
                        unsafe withUnsafePointer(to: part) { part in
                            var mail = unsafe hk_mail(
                                struct_size: UInt32(MemoryLayout<hk_mail>.size),
                                recipient_count: UInt32(views.count),
                                part_count: 1,
                                reserved: 0,
                                sender: view(from),
                                recipients: views.baseAddress,
                                parts: part
                            )
                            return unsafe table.pointee.submit(host.tables.context, &mail, Self.submitted, ud)
                        }
                    }
                }
            }
        }
    }

    private static let submitted: @convention(c) (UnsafeMutableRawPointer?, hk_status, UInt64) -> Void = {
        ud,
        status,
        entry in
        unsafe Awaited<UInt64>.settle(ud, HostError.result(status, "outbound.submit", entry))
    }

    /// Does something with all recipients of an entry who aren't being delivered right now.
    public func act(_ action: Action, on entry: UInt64) async throws(HostError) {
        let done: @convention(c) (UnsafeMutableRawPointer?, hk_status) -> Void = { ud, status in
            unsafe Awaited<Bool>.settle(ud, HostError.result(status, "outbound.act", true))
        }
        _ = try await unsafe Awaited<Bool>.answer("outbound.act") { ud in
            unsafe table.pointee.act(host.tables.context, entry, action.rawValue, done, ud)
        }
    }

    /// What is known of an entry, as JSON: what `haraka queue show --json` prints.
    public func entry(_ entry: UInt64) async throws(HostError) -> String {
        let done: @convention(c) (UnsafeMutableRawPointer?, hk_status, hk_str) -> Void = { ud, status, json in
            unsafe Awaited<String>.settle(ud, HostError.result(status, "outbound.entry", String(json)))
        }
        return try await unsafe Awaited<String>.answer("outbound.entry") { ud in
            unsafe table.pointee.entry(host.tables.context, entry, done, ud)
        }
    }
}

extension HostError {
    static func result<Value>(_ status: hk_status, _ operation: String, _ value: Value) -> Result<Value, HostError> {
        status == hk_status(HK_OK) ? .success(value) : .failure(HostError(status, operation))
    }
}

extension Host {
    /// The queue; throws when the operator hasn't granted the capability `queue`, which then refuses `init`.
    public var outbound: Outbound {
        get throws(HostError) { try Outbound(self) }
    }
}

/// DNS by the server's resolver: cached, and checked by DNSSEC.
@safe public struct DNS: @unchecked Sendable {  // R7: the table lives, unchanged, until the process ends
    private let host: Host
    private let table: UnsafePointer<hk_ext_dns>?

    init(_ host: Host) {
        self.host = host
        unsafe table = host.tableOfFunctions("haraka.dns/1")?.assumingMemoryBound(to: hk_ext_dns.self)
    }

    /// Asks; names that don't exist and servers that don't answer are answers, too.
    ///
    /// - Throws: the name is none, or the server has no resolver yet, as in `init`.
    public func query(
        _ name: String,
        _ type: DNSRecordType,
        timeout: Duration = .seconds(30)
    ) async throws(HostError) -> DNSAnswer {
        try await unsafe Awaited<DNSAnswer>.answer("dns.query \(name)") { ud in
            unsafe name.withView { name in
                unsafe table?.pointee.query(
                    host.tables.context,
                    name,
                    type.rawValue,
                    UInt32(clamping: max(1, timeout.milliseconds)),
                    { ud, answer in
                        guard let answer = unsafe answer else { return }
                        unsafe Awaited<DNSAnswer>.settle(ud, .success(DNSAnswer(answer)))
                    },
                    ud
                )
            }
        }
    }
}

extension Host {
    /// DNS; it answers from `start` on.
    public var dns: DNS { DNS(self) }
}

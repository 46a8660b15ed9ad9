internal import PluginABI

/// The table haraka.dns/1: questions to DNS, answered on the plugin's lane.
enum DNSExtension {
    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_dns(
            struct_size: UInt32(MemoryLayout<hk_ext_dns>.size),
            reserved: 0,
            query: { context, name, type, timeout, done, ud in
                unsafe HostTable.serve(context) { instance in
                    guard let done = unsafe done, let name = unsafe Text.copy(name),
                        (1...255).contains(name.utf8.count),
                        let type = UInt16(exactly: type), type > 0
                    else { return Status.invalid }
                    guard let service = instance.backstage.ports.dns else { return Status.unsupported }
                    let callback = unsafe Callback(done, ud)
                    let inquiry = Inquiry<DNSReply>(instance, atEnd: .nothing) { reply in
                        unsafe show(reply, callback)
                    }
                    guard inquiry.register() else { return Status.limit }
                    let patience = timeout == 0 ? Duration.seconds(30) : .milliseconds(Int64(timeout))
                    do throws(ServiceFault) {
                        try service.ask(name, type: type, timeout: patience) { inquiry.settle($0) }
                        return Status.ok
                    } catch {
                        return inquiry.withdraw() ? error.status : Status.ok
                    }
                }
            }
        )
    )

    private typealias Done = @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<hk_dns_answer>?) -> Void

    private static func show(_ reply: DNSReply, _ callback: Callback<Done>) {
        // One byte more, so that an empty record has an address too.
        let arena: [UInt8] = reply.records.flatMap(\.self) + [0]
        unsafe arena.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            var offset = 0
            let views = unsafe reply.records.map { record in
                defer { offset += record.count }
                return unsafe hk_str(ptr: start.map { unsafe $0 + offset }, len: record.count)
            }
            unsafe views.withUnsafeBufferPointer { views in
                var answer = unsafe hk_dns_answer(
                    struct_size: UInt32(MemoryLayout<hk_dns_answer>.size),
                    rcode: reply.code,
                    ttl: reply.timeToLive,
                    security: reply.security.rawValue,
                    records: views.baseAddress,
                    count: UInt32(views.count),
                    reserved: 0
                )
                unsafe callback.function(callback.ud, &answer)
            }
        }
    }
}

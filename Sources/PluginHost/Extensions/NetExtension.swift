internal import PluginABI

/// The table haraka.net/1: client connections on the server's event loops.
enum NetExtension {
    static let capability = "net"

    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_net(
            struct_size: UInt32(MemoryLayout<hk_ext_net>.size),
            reserved: 0,
            connect: { context, address, flags, timeout, event, ud, out in
                unsafe HostTable.serve(context) { instance in
                    guard instance.isGranted(capability) else { return Status.denied }
                    guard let event = unsafe event, let out = unsafe out,
                        let target = unsafe Text.copy(address).flatMap(NetTarget.init),
                        let isVerified = verifies(flags), flags & tls != 0 || isVerified
                    else { return Status.invalid }
                    guard let service = instance.backstage.ports.net else { return Status.unsupported }
                    let security = flags & tls == 0 ? nil : NetSecurity(name: target.name, isVerified: isVerified)
                    if let security, security.name == nil, isVerified { return Status.invalid }
                    let connection = unsafe PluginConnection(instance, target, event, ud)
                    guard let token = connection.register() else { return Status.limit }
                    // Before the first event, which another thread may bring at once.
                    unsafe out.pointee = token
                    connection.begin(by: service, security: security, timeout: duration(timeout))
                    return Status.ok
                }
            },
            write: { context, token, data in
                unsafe with(context, token) { connection in
                    // An absent text is an empty one.
                    connection.write(unsafe Text.bytes(data) ?? [])
                }
            },
            start_tls: { context, token, name, flags in
                unsafe with(context, token) { connection in
                    guard let isVerified = verifies(flags) else { return Status.invalid }
                    guard unsafe name.ptr != nil else { return connection.startTLS(nil, isVerified: isVerified) }
                    guard let name = unsafe Text.copy(name), isName(name) else { return Status.invalid }
                    return connection.startTLS(name, isVerified: isVerified)
                }
            },
            pause: { context, token, isOn in unsafe with(context, token) { $0.pause(isOn != 0) } },
            close: { context, token in unsafe with(context, token) { $0.close() } }
        )
    )

    private static let tls = UInt32(HK_NET_TLS)

    /// Whether the other side's certificate is verified; nil when there are flags that this host doesn't know.
    private static func verifies(_ flags: UInt32) -> Bool? {
        guard flags & ~UInt32(HK_NET_TLS | HK_NET_TLS_NO_VERIFY) == 0 else { return nil }
        return flags & UInt32(HK_NET_TLS_NO_VERIFY) == 0
    }

    private static func isName(_ name: String) -> Bool {
        (1...253).contains(name.utf8.count) && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func duration(_ milliseconds: UInt32) -> Duration {
        milliseconds == 0 ? .seconds(30) : .milliseconds(Int64(milliseconds))
    }

    /// Does something with a connection of this plugin.
    private static func with(
        _ context: UnsafeMutableRawPointer?,
        _ token: UInt64,
        _ body: (PluginConnection) -> hk_status
    ) -> hk_status {
        unsafe HostTable.serve(context) { instance in
            instance.connection(token).map(body) ?? Status.stale
        }
    }
}

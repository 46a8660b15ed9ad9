/// The host's tables of functions, asked for once.
///
/// A table that the host does not have, or does not grant, is nil.
@safe struct HostTables: @unchecked Sendable {  // R7: host, context and tables live, unchanged, until the process ends
    let host: UnsafePointer<hk_host>
    let hooks: UnsafePointer<hk_ext_hooks>?
    let calls: UnsafePointer<hk_ext_calls>?
    let session: UnsafePointer<hk_ext_session>?
    let notes: UnsafePointer<hk_ext_notes>?
    let config: UnsafePointer<hk_ext_config>?
    let exec: UnsafePointer<hk_ext_exec>?
    let message: UnsafePointer<hk_ext_message>?
    let outbound: UnsafePointer<hk_ext_outbound>?

    var context: UnsafeMutableRawPointer? { unsafe host.pointee.ctx }

    init(_ host: UnsafePointer<hk_host>) {
        unsafe self.host = host
        unsafe hooks = Self.table("haraka.hooks/1", host)
        unsafe calls = Self.table("haraka.calls/1", host)
        unsafe session = Self.table("haraka.session/1", host)
        unsafe notes = Self.table("haraka.notes/1", host)
        unsafe config = Self.table("haraka.config/1", host)
        unsafe exec = Self.table("haraka.exec/1", host)
        unsafe message = Self.table("haraka.message/1", host)
        unsafe outbound = Self.table("haraka.outbound/1", host)
    }

    private static func table<T>(_ id: String, _ host: UnsafePointer<hk_host>) -> UnsafePointer<T>? {
        unsafe host.pointee.get_extension?(host.pointee.ctx, id)?.assumingMemoryBound(to: T.self)
    }
}

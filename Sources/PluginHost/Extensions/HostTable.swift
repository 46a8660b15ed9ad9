internal import PluginABI

/// The `hk_host` that one instance gets; it lives until the process ends (R7).
enum HostTable {
    static func make(for instance: PluginInstance) -> UnsafeMutablePointer<hk_host> {
        let host = UnsafeMutablePointer<hk_host>.allocate(capacity: 1)
        unsafe host.initialize(to: hk_host())
        unsafe host.pointee.struct_size = UInt32(MemoryLayout<hk_host>.size)
        unsafe host.pointee.abi_major = UInt16(HK_ABI_MAJOR)
        unsafe host.pointee.abi_minor = UInt16(HK_ABI_MINOR)
        unsafe host.pointee.draft = UInt32(HK_ABI_DRAFT)
        unsafe host.pointee.product = Text.forever(instance.backstage.ports.product)
        unsafe host.pointee.version = Text.forever(instance.backstage.ports.version)
        unsafe host.pointee.plugin_name = Text.forever(instance.name)
        unsafe host.pointee.ctx = Unmanaged.passRetained(instance).toOpaque()
        unsafe host.pointee.get_extension = { context, id in
            guard let instance = unsafe PluginInstance.of(context), let id = unsafe id, instance.isAlive else {
                return nil
            }
            return unsafe HostTable.table(String(cString: id), instance)
        }
        unsafe host.pointee.log = { context, level, token, text in
            guard let instance = unsafe PluginInstance.of(context) else { return }
            let line = unsafe Text.line(text, limit: 8 << 10)
            instance.log(LogLevel.clamped(level), line, scope: instance.backstage.scope(of: token))
        }
        unsafe host.pointee.complete = { context, call, verdict, reply in
            guard let instance = unsafe PluginInstance.of(context) else { return Status.invalid }
            return unsafe CallsExtension.complete(instance, call, verdict, reply)
        }
        return unsafe host
    }

    private static func table(_ id: String, _ instance: PluginInstance) -> UnsafeRawPointer? {
        switch id {
        case "haraka.hooks/1": unsafe UnsafeRawPointer(HooksExtension.table)
        case "haraka.calls/1": unsafe UnsafeRawPointer(CallsExtension.table)
        case "haraka.session/1": unsafe UnsafeRawPointer(SessionExtension.table)
        case "haraka.notes/1": unsafe UnsafeRawPointer(NotesExtension.table)
        case "haraka.config/1": unsafe UnsafeRawPointer(ConfigExtension.table)
        case "haraka.exec/1": unsafe UnsafeRawPointer(ExecExtension.table)
        case "haraka.message/1": unsafe UnsafeRawPointer(MessageExtension.table)
        case "haraka.net/1": unsafe granted(NetExtension.capability, id, instance, UnsafeRawPointer(NetExtension.table))
        case "haraka.dns/1": unsafe UnsafeRawPointer(DNSExtension.table)
        case "haraka.outbound/1":
            unsafe granted(OutboundExtension.capability, id, instance, UnsafeRawPointer(OutboundExtension.table))
        default: nil
        }
    }

    /// A table for those that have the capability; a create that fails without it is told what is missing.
    private static func granted(
        _ capability: String,
        _ id: String,
        _ instance: PluginInstance,
        _ table: UnsafeRawPointer
    ) -> UnsafeRawPointer? {
        if instance.isGranted(capability) { return unsafe table }
        instance.note(complaint: "\(id) needs the capability \(capability)")
        return nil
    }

    /// Does something for a live instance.
    @inline(__always)
    static func serve(
        _ context: UnsafeMutableRawPointer?,
        _ body: (PluginInstance) -> hk_status
    ) -> hk_status {
        guard let instance = unsafe PluginInstance.of(context) else { return Status.invalid }
        return instance.isAlive ? body(instance) : Status.shutdown
    }
}

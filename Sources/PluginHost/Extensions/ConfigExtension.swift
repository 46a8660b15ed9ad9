internal import PluginABI

/// The table haraka.config/1: the configuration's snapshot.
enum ConfigExtension {
    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_config(
            struct_size: UInt32(MemoryLayout<hk_ext_config>.size),
            reserved: 0,
            get: { context, path, out, buffer, capacity, need in
                unsafe with(context, path) { snapshot, path in
                    guard let out = unsafe out else { return Status.invalid }
                    return unsafe store(snapshot.value(path), out, buffer, capacity, need)
                }
            },
            json: { context, path, sink in
                unsafe with(context, path) { snapshot, path in
                    guard let json = snapshot.json(path) else { return Status.notFound }
                    return unsafe Text.write(json, to: sink)
                }
            },
            directory: { context, buffer, capacity, need in
                unsafe HostTable.serve(context) { instance in
                    var directory = instance.backstage.ports.directory
                    return directory.withUTF8 { bytes in
                        unsafe Text.fill(UnsafeRawBufferPointer(bytes), buffer, capacity, need)
                    }
                }
            }
        )
    )

    private static func with(
        _ context: UnsafeMutableRawPointer?,
        _ path: hk_str,
        _ body: (any PluginConfiguration, String) -> hk_status
    ) -> hk_status {
        unsafe HostTable.serve(context) { instance in
            guard let path = unsafe Text.copy(path), !path.isEmpty else { return Status.invalid }
            instance.noteRead(String(path.prefix { $0 != ":" }))
            return body(snapshot(for: instance), path)
        }
    }

    /// One call, or one create, never sees it change.
    private static func snapshot(for instance: PluginInstance) -> any PluginConfiguration {
        guard let frame = Frame.current else { return instance.configuration }
        if let snapshot = frame.configuration { return snapshot }
        let snapshot = instance.configuration
        frame.configuration = snapshot
        return snapshot
    }

    private static func store(
        _ value: PluginConfigValue,
        _ out: UnsafeMutablePointer<hk_value>,
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ need: UnsafeMutablePointer<Int>?
    ) -> hk_status {
        switch value {
        case .absent: return Status.notFound
        case .composite: return Status.invalid
        case .text(let text): return unsafe Text.fill(text, out, buffer, capacity, need)
        case .integer(let number): return unsafe FactLookup.integer(number).store(out, buffer, capacity, need)
        case .boolean(let isTrue): return unsafe FactLookup.boolean(isTrue).store(out, buffer, capacity, need)
        case .real(let number):
            unsafe out.pointee = hk_value()
            unsafe out.pointee.type = UInt32(HK_T_F64)
            unsafe out.pointee.as.d = number
            if let need = unsafe need { unsafe need.pointee = 0 }
            return Status.ok
        }
    }
}

internal import PluginABI

/// The extension tables of the recording host: those that the server has in this version.
enum Tables {
    static func all(_ kind: RecordingHost.Kind) -> [String: UnsafeRawPointer] {
        unsafe [
            "haraka.hooks/1": place(hooks, kind),
            "haraka.calls/1": place(calls, kind),
            "haraka.session/1": place(session, kind),
            "haraka.notes/1": place(notes, kind),
            "haraka.message/1": place(message, kind),
            "haraka.config/1": place(config, kind),
            "haraka.exec/1": place(exec, kind),
        ]
    }

    /// Gives a table memory for ever and sets its struct_size; a later host's is longer than this header knows.
    static func place<Table>(_ table: Table, _ kind: RecordingHost.Kind) -> UnsafeRawPointer {
        let size = MemoryLayout<Table>.size + (kind == .later ? 64 : 0)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        unsafe memory.storeBytes(of: table, as: Table.self)
        // Every table of the header begins with its struct_size.
        unsafe memory.storeBytes(of: UInt32(size), as: UInt32.self)
        return UnsafeRawPointer(memory)
    }

    private static var hooks: hk_ext_hooks {
        unsafe hk_ext_hooks(
            struct_size: 0,
            reserved: 0,
            add: { ctx, hook in
                guard let recorder = unsafe RecordingHost.recorder(ctx), let hook = unsafe hook?.pointee else {
                    return hk_status(HK_E_INVALID)
                }
                return unsafe recorder.add(hook)
            },
            describe: { ctx, _, _ in unsafe RecordingHost.answer(ctx, HK_E_UNSUPPORTED) }
        )
    }

    private static var calls: hk_ext_calls {
        unsafe hk_ext_calls(
            struct_size: 0,
            reserved: 0,
            reply: { ctx, _, _, _, _ in unsafe RecordingHost.stale(ctx) },
            retain: { ctx, _ in unsafe RecordingHost.stale(ctx) },
            release: { ctx, _ in unsafe RecordingHost.stale(ctx) },
            progress: { ctx, _ in unsafe RecordingHost.stale(ctx) },
            is_live: { _, _ in 0 }
        )
    }

    private static var session: hk_ext_session {
        unsafe hk_ext_session(
            struct_size: 0,
            reserved: 0,
            fact: { ctx, _, _, _, _, _, _ in unsafe RecordingHost.stale(ctx) },
            set_relaying: { ctx, _, _ in unsafe RecordingHost.stale(ctx) },
            rcpt_set_user: { ctx, _, _, _ in unsafe RecordingHost.stale(ctx) },
            rcpt_rewrite: { ctx, _, _, _ in unsafe RecordingHost.stale(ctx) },
            rcpt_add: { ctx, _, _ in unsafe RecordingHost.stale(ctx) },
            rcpt_drop: { ctx, _, _ in unsafe RecordingHost.stale(ctx) },
            set_verifier: { ctx, _, _, _, _, _, _ in unsafe RecordingHost.stale(ctx) },
            add_capability: { ctx, _, _ in unsafe RecordingHost.stale(ctx) },
            identify: { ctx, _, _ in unsafe RecordingHost.stale(ctx) }
        )
    }

    private static var notes: hk_ext_notes {
        unsafe hk_ext_notes(
            struct_size: 0,
            reserved: 0,
            get: { ctx, _, _, _, _, _, _ in unsafe RecordingHost.stale(ctx) },
            set: { ctx, _, _, _ in unsafe RecordingHost.stale(ctx) },
            result: { ctx, _, _, _ in unsafe RecordingHost.stale(ctx) }
        )
    }

    private static var message: hk_ext_message {
        unsafe hk_ext_message(
            struct_size: 0,
            reserved: 0,
            view: { ctx, _, _, _, _, _ in unsafe RecordingHost.stale(ctx) },
            read: { ctx, _, _, _, _, _ in unsafe RecordingHost.stale(ctx) },
            header: { ctx, _, _, _, _, _, _ in unsafe RecordingHost.stale(ctx) },
            edit: { ctx, _, _, _, _, _ in unsafe RecordingHost.stale(ctx) }
        )
    }

    private static var config: hk_ext_config {
        unsafe hk_ext_config(
            struct_size: 0,
            reserved: 0,
            get: { ctx, _, _, _, _, _ in unsafe RecordingHost.answer(ctx, HK_E_NOT_FOUND) },
            json: { ctx, _, _ in unsafe RecordingHost.answer(ctx, HK_E_NOT_FOUND) },
            directory: { ctx, buffer, capacity, need in unsafe Tables.directory(ctx, buffer, capacity, need) }
        )
    }

    /// A folder that is there for certain and empty of anything of the plugin's.
    private static func directory(
        _ ctx: UnsafeMutableRawPointer?,
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ need: UnsafeMutablePointer<Int>?
    ) -> hk_status {
        let path: StaticString = "/nonexistent"
        unsafe need?.pointee = path.utf8CodeUnitCount
        guard let buffer = unsafe buffer, capacity >= path.utf8CodeUnitCount else {
            return unsafe RecordingHost.answer(ctx, HK_E_BUFFER)
        }
        for index in 0..<path.utf8CodeUnitCount { unsafe buffer[index] = CChar(bitPattern: path.utf8Start[index]) }
        return unsafe RecordingHost.answer(ctx, HK_OK)
    }

    /// Takes work and never does it: the probe ends before any lane would run.
    private static var exec: hk_ext_exec {
        unsafe hk_ext_exec(
            struct_size: 0,
            reserved: 0,
            post: { ctx, _, _ in unsafe RecordingHost.answer(ctx, HK_OK) },
            after: { ctx, _, _, _, _, timer in
                unsafe timer?.pointee = 1
                return unsafe RecordingHost.answer(ctx, HK_OK)
            },
            cancel: { ctx, _ in unsafe RecordingHost.answer(ctx, HK_OK) }
        )
    }
}

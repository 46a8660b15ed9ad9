import PluginKit

/// What an author cannot do with PluginKit and a server must survive all the same.
enum Raw {
    static let modes: Set = ["zero", "twice", "early", "leak", "bad_signature"]

    nonisolated(unsafe) private static var mode = ""  // written once, in create, before any hook runs
    nonisolated(unsafe) private static var time = Duration.zero
    nonisolated(unsafe) private static var host: UnsafePointer<hk_host>?
    nonisolated(unsafe) private static var calls: UnsafePointer<hk_ext_calls>?

    static func register(_ mode: String, _ hook: String, _ time: Duration, _ host: Host) throws {
        Self.mode = mode
        Self.time = time
        Self.host = host.raw
        calls = host.tableOfFunctions("haraka.calls/1")?.assumingMemoryBound(to: hk_ext_calls.self)
        let hooks = host.tableOfFunctions("haraka.hooks/1")?.assumingMemoryBound(to: hk_ext_hooks.self)
        var entry = hk_hook()
        entry.struct_size = UInt32(MemoryLayout<hk_hook>.size)
        entry.flags = UInt32(HK_HF_MAY_PEND)
        entry.hook = immortal(hook)
        entry.signature = immortal(mode == "bad_signature" ? "i(ud:p,nonsense:s)" : "i(args:p)")
        entry.fn = unsafeBitCast(run, to: hk_fn.self)
        guard hooks?.pointee.add(host.raw.pointee.ctx, &entry) == hk_status(HK_OK) else {
            throw PluginError(mode == "bad_signature" ? "contract: bad signature" : "contract: add")
        }
    }

    static func setUser(_ host: Host, _ call: hk_call, _ user: String) -> hk_status {
        let table = host.tableOfFunctions("haraka.session/1")?.assumingMemoryBound(to: hk_ext_session.self)
        return user.utf8CString.withUnsafeBufferPointer { bytes in
            let view = hk_str(ptr: bytes.baseAddress, len: user.utf8.count)
            return table?.pointee.rcpt_set_user(host.raw.pointee.ctx, call, 0, view) ?? hk_status(HK_E_UNSUPPORTED)
        }
    }

    private static let run: @convention(c) (UnsafePointer<hk_args>?) -> hk_verdict = { args in
        guard let args else { return 0 }
        let call = args.pointee.call, session = args.pointee.session
        switch mode {
        case "early":
            tell(session, "complete", complete(call, HK_V_OK))
            return hk_verdict(HK_V_PENDING)
        case "twice":
            Task.detached {
                try? await Task.sleep(for: time)
                tell(session, "complete", complete(call, HK_V_OK))
                tell(session, "second", complete(call, HK_V_DENY))
            }
            return hk_verdict(HK_V_PENDING)
        case "leak":
            tell(session, "retain", calls?.pointee.retain(host?.pointee.ctx, call) ?? -99)
            return hk_verdict(HK_V_OK)
        default: return 0
        }
    }

    private static func complete(_ call: hk_call, _ verdict: Int) -> hk_status {
        host?.pointee.complete(host?.pointee.ctx, call, hk_verdict(verdict), hk_str()) ?? -99
    }

    private static func tell(_ session: hk_session, _ what: String, _ status: hk_status) {
        let line = "contract: \(what) \(status)"
        line.utf8CString.withUnsafeBufferPointer { bytes in
            let view = hk_str(ptr: bytes.baseAddress, len: line.utf8.count)
            host?.pointee.log(host?.pointee.ctx, Int32(HK_LOG_NOTICE), session, view)
        }
    }

    /// The host keeps the pointers of a registered hook.
    private static func immortal(_ text: String) -> UnsafePointer<CChar>? {
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.utf8.count + 1)
        _ = copy.initialize(from: text.utf8CString)
        return UnsafePointer(copy.baseAddress)
    }
}

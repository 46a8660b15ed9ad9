/// The one concrete type behind every `ud`, so that a C function can find its runner.
final class HookBox: Sendable {
    let runner: any HookRunner

    init(_ runner: any HookRunner) { self.runner = runner }

    /// What the host calls: the function of every hook of the form "i(args:p)".
    private static let run: @convention(c) (UnsafePointer<hk_args>?) -> hk_verdict = { args in
        guard let args = unsafe args, let data = unsafe args.pointee.ud else { return 0 }
        return unsafe Unmanaged<HookBox>.fromOpaque(data)._withUnsafeGuaranteedRef { unsafe $0.runner.run(args) }
    }

    private static let cancel: @convention(c) (UnsafeMutableRawPointer?, hk_call, Int32) -> Void = { data, call, _ in
        guard let data = unsafe data else { return }
        unsafe Unmanaged<HookBox>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.runner.cancel(call) }
    }

    /// The entry for `hooks.add`; the box must live as long as the host may call it.
    func entry<P>(_ hook: Hook<P>) -> hk_hook {
        var entry = unsafe hk_hook()
        unsafe entry.struct_size = UInt32(MemoryLayout<hk_hook>.size)
        unsafe entry.flags = hook.flags
        unsafe entry.priority = hook.priority
        unsafe entry.timeout_ms = UInt32(clamping: hook.timeout?.milliseconds ?? 0)
        unsafe entry.hook = UnsafeRawPointer(hook.name.utf8Start).assumingMemoryBound(to: CChar.self)
        unsafe entry.signature = UnsafeRawPointer(Self.signature.utf8Start).assumingMemoryBound(to: CChar.self)
        unsafe entry.fn = unsafeBitCast(Self.run, to: hk_fn.self)
        unsafe entry.ud = Unmanaged.passUnretained(self).toOpaque()
        unsafe entry.cancel = Self.cancel
        return unsafe entry
    }

    private static let signature: StaticString = "i(args:p)"
}

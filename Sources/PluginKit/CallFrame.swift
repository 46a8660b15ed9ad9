/// What one run of a hook knows of itself; it lives on the trampoline's stack, or with the task of an async hook.
@safe struct CallFrame {
    let args: UnsafePointer<hk_args>
    let host: Host

    /// The hook's name, for log lines.
    let hook: StaticString

    /// A write was staged: facts are read back through the host, which knows it ("Staged writes" in haraka_plugin.h).
    var wrote = false

    /// The first write by assignment that the host refused; it fails the hook.
    var failure: HostError?

    init(_ args: UnsafePointer<hk_args>, _ host: Host, _ hook: StaticString) {
        unsafe self.args = args
        self.host = host
        self.hook = hook
    }

    var call: hk_call { unsafe args.pointee.call }

    /// The narrowest scope of the call: its transaction, or its connection outside one.
    var scope: UInt64 { unsafe args.pointee.txn != 0 ? args.pointee.txn : args.pointee.session }

    /// Stages the verdict's words; the answer is the number for the host, 0 for a failure.
    func settle(_ verdict: Verdict) -> hk_verdict {
        if let failure { return failed(failure) }
        guard verdict.hasReply else { return verdict.number }
        let status = unsafe verdict.enhanced.withView { enhanced in
            unsafe verdict.text.withView { text in
                unsafe host.tables.calls?.pointee.reply(
                    host.tables.context,
                    call,
                    Int32(truncatingIfNeeded: verdict.code),
                    enhanced,
                    text
                ) ?? hk_status(HK_E_UNSUPPORTED)
            }
        }
        // A call that has ended takes no words, and nobody waits for the verdict either.
        guard status == HK_OK || status == HK_E_STALE else { return failed(HostError(status, "reply")) }
        return verdict.number
    }

    /// Logs why the hook failed; 0 makes the host apply the plugin's failure policy.
    func failed(_ error: any Error) -> hk_verdict {
        // A line about the hook that takes lines would come back to it.
        if unsafe args.pointee.log_text.ptr == nil {
            host.log(.error, "hook \(hook) failed: \(error)", scope: scope)
        }
        return 0
    }
}

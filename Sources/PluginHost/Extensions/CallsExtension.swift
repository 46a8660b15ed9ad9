internal import Hooks
internal import PluginABI

/// The table haraka.calls/1, the life of one call, and `complete` of `hk_host`.
enum CallsExtension {
    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_calls(
            struct_size: UInt32(MemoryLayout<hk_ext_calls>.size),
            reserved: 0,
            reply: { context, call, code, enhanced, text in
                unsafe HostTable.serve(context) { unsafe reply($0, call, code, enhanced, text) }
            },
            retain: { context, call in unsafe with(context, call) { $0.retain(call, for: $1) } },
            release: { context, call in unsafe with(context, call) { $0.release(call, for: $1) } },
            progress: { context, call in unsafe with(context, call) { $0.progress(call, for: $1) } },
            is_live: { context, call in
                unsafe with(context, call) { $0.isLive(call, for: $1) ? 1 : 0 } == 1 ? 1 : 0
            }
        )
    )

    /// Does something with a call of this plugin.
    static func with(
        _ context: UnsafeMutableRawPointer?,
        _ token: UInt64,
        _ body: (Call, PluginInstance) -> hk_status
    ) -> hk_status {
        unsafe HostTable.serve(context) { instance in
            guard let call = call(token, instance) else { return Status.stale }
            return body(call, instance)
        }
    }

    static func call(_ token: UInt64, _ instance: PluginInstance) -> Call? {
        Token.kind(of: token) == .call ? instance.backstage.calls.holder(of: token) : nil
    }

    static func complete(
        _ instance: PluginInstance,
        _ token: UInt64,
        _ verdict: hk_verdict,
        _ reply: hk_str
    ) -> hk_status {
        guard instance.isAlive else { return Status.shutdown }
        guard let call = call(token, instance) else { return Status.stale }
        guard unsafe reply.ptr != nil else {
            return call.complete(token, for: instance, .number(verdict), reply: nil)
        }
        guard let text = unsafe Text.copy(reply).flatMap(ReplyRules.text) else {
            let fault = "gave a reply that no reply may be: too long, too many lines, or control characters"
            return call.complete(token, for: instance, .nonsense(fault), reply: nil)
        }
        return call.complete(token, for: instance, .number(verdict), reply: Verdict.Words(text: text))
    }

    private static func reply(
        _ instance: PluginInstance,
        _ token: UInt64,
        _ code: Int32,
        _ enhanced: hk_str,
        _ text: hk_str
    ) -> hk_status {
        guard let call = call(token, instance) else { return Status.stale }
        guard let words = unsafe words(code, enhanced, text) else {
            // Stale beats invalid: the plugin is to learn that nobody listens any more.
            return call.isLive(token, for: instance) ? Status.invalid : Status.stale
        }
        return call.stage(token, for: instance) { staged, _ in
            staged.reply = words
            return Status.ok
        }
    }

    /// nil when the header doesn't allow them.
    private static func words(_ code: Int32, _ enhanced: hk_str, _ text: hk_str) -> Verdict.Words? {
        guard code == 0 || ReplyRules.isCode(code) else { return nil }
        var words = Verdict.Words(code: UInt16(code), text: "")
        if unsafe text.ptr != nil {
            guard let text = unsafe Text.copy(text).flatMap(ReplyRules.text) else { return nil }
            words.text = text
        }
        guard unsafe enhanced.ptr != nil else { return words }
        guard let enhanced = unsafe Text.copy(enhanced), ReplyRules.isEnhancedCode(enhanced) else { return nil }
        if code != 0, enhanced.utf8.first.map({ Int32($0) - 0x30 }) != code / 100 { return nil }
        words.enhanced = enhanced
        return words
    }
}

internal import Glibc
internal import PluginABI
internal import Synchronization
internal import System

/// Takes down what a plugin does with the host, and tells the parent at once, so that a crash loses nothing.
///
/// The plugin may call from any thread; what changes is behind a lock.
final class Recorder: Sendable {
    /// Where in its life the plugin is: hooks are registered until start has returned.
    enum Phase: Sendable {
        case starting, started, destroyed
    }

    private struct State {
        var phase = Phase.starting
        var hooks = 0
        var isSerial = false
    }

    private let report: FileDescriptor
    private let state = Mutex(State())

    init(report: consuming FileDescriptor) { self.report = report }

    /// The descriptor says so before any hook is registered.
    func noteSerial(_ isSerial: Bool) { state.withLock { $0.isSerial = isSerial } }

    func tell(_ event: ProbeEvent) {
        let line = EventLine.text(of: event)
        // A parent that is gone needs no answer.
        state.withLock { _ in try? report.writeAll(line) }
    }

    func enter(_ phase: Phase) { state.withLock { $0.phase = phase } }

    var hooks: Int { state.withLock(\.hooks) }

    /// What every function answers that has nothing to work on here.
    func answer(_ status: Int) -> hk_status {
        hk_status(state.withLock(\.phase) == .destroyed ? HK_E_SHUTDOWN : status)
    }

    /// Answers as the server would, and takes the hook down with what is wrong with it.
    func add(_ hook: hk_hook) -> hk_status {
        let name = unsafe CText.string(hook.hook)
        let signature = unsafe CText.string(hook.signature)
        let (flags, priority) = unsafe (hook.flags, hook.priority)
        var answer: HookCheck.Answer
        if unsafe hook.fn == nil || name == nil || signature == nil {
            answer = (HK_E_INVALID, "its name, signature or function is NULL")
        } else if unsafe Int(hook.struct_size) < MemoryLayout<hk_hook>.offset(of: \.cancel) ?? 0 {
            answer = (HK_E_INVALID, "its struct_size is too small for a hook")
        } else if state.withLock(\.phase) != .starting {
            answer = (HK_E_PHASE, "it was registered after start had returned")
        } else {
            answer = HookCheck.answer(
                hook: name ?? "",
                signature: signature ?? "",
                flags: flags,
                priority: priority,
                isSerial: state.withLock(\.isSerial)
            )
        }
        state.withLock { $0.hooks += 1 }
        let registered = ProbeEvent.RegisteredHook(
            hook: name ?? "",
            signature: signature ?? "",
            priority: Int(priority),
            timeoutMilliseconds: unsafe Int(hook.timeout_ms),
            flags: FlagNames.hook(flags),
            fault: answer.fault
        )
        tell(.hook(registered))
        return hk_status(answer.status)
    }

    func log(_ level: Int32, _ text: hk_str) {
        let name = FlagNames.level(level)
        Terminal.say("the plugin logs [\(name)] \(unsafe CText.string(text, limit: 8_192) ?? "")")
    }
}

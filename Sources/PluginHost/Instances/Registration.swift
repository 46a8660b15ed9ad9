internal import Hooks
internal import PluginABI
internal import Synchronization

/// One function of one plugin on one hook.
@safe final class Registration: @unchecked Sendable {
    // Invariant: the pointers are the plugin's, set once; only the atomics change.
    let instance: PluginInstance
    let hook: Hook
    /// Whether it is on the hook `deny`.
    let isJudge: Bool
    let priority: Int
    /// nil: the plugin's own.
    let timeout: Duration?
    let signature: Signature
    let mayPend: Bool
    let observes: Bool
    let isInline: Bool
    /// One for each hook: what another hook of the plugin answers says nothing about this one.
    let breaker: Breaker
    private let plan: CallPlan
    private let ud: UnsafeMutableRawPointer?
    private let cancelFunction: (@convention(c) (UnsafeMutableRawPointer?, hk_call, Int32) -> Void)?
    private let overruns = Atomic<Int>(0)
    private let isDemoted = Atomic<Bool>(false)
    private let hasTalkedNonsense = Atomic<Bool>(false)

    init(instance: PluginInstance, hook: Hook, signature: Signature, plan: CallPlan, _ description: hk_hook) {
        self.instance = instance
        self.hook = hook
        isJudge = hook == .deny
        self.signature = signature
        self.plan = plan
        breaker = instance.newBreaker()
        let flags = unsafe Int(description.flags)
        unsafe priority = Int(description.priority)
        unsafe timeout = description.timeout_ms == 0 ? nil : .milliseconds(Int64(description.timeout_ms))
        mayPend = flags & Int(HK_HF_MAY_PEND) != 0
        observes = flags & Int(HK_HF_OBSERVE) != 0
        isInline = flags & Int(HK_HF_INLINE) != 0
        unsafe ud = description.ud
        unsafe cancelFunction = description.cancel
    }

    var hasCancel: Bool { unsafe cancelFunction != nil }
    /// Whether it runs on the session's event loop, as it asked for and has not spoilt.
    var runsInline: Bool { isInline && !isDemoted.load(ordering: .relaxed) }

    /// Writes what belongs to one call, on the session's loop: from then on the arguments are the plugin's to read.
    @inline(__always)
    func prepare(_ args: UnsafeMutablePointer<hk_args>, call: UInt64) {
        unsafe args.pointee.ud = ud
        unsafe args.pointee.call = call
    }

    @inline(__always)
    func invoke(_ args: UnsafeMutablePointer<hk_args>) -> hk_verdict { unsafe plan.call(args) }

    /// Shows the hook `log` a line, on the lane.
    func observe(_ level: Int32, _ text: String) {
        guard instance.isServing else { return }
        let facts = FactBook()
        facts.set(.logText, text)
        unsafe facts.args.pointee.log_level = level
        let frame = Frame.current
        frame?.isInLogHook = true
        unsafe prepare(facts.args, call: 0)
        _ = unsafe invoke(facts.args)
        frame?.isInLogHook = false
    }

    func cancel(_ call: UInt64, _ reason: Int32) {
        if let cancelFunction = unsafe cancelFunction { unsafe cancelFunction(ud, call, reason) }
    }

    /// Notes that it held up its event loop.
    func overran(by nanoseconds: Int64) {
        let count = overruns.wrappingAdd(1, ordering: .relaxed).newValue
        guard count == instance.backstage.timings.inlineOverruns else { return }
        isDemoted.store(true, ordering: .relaxed)
        instance.log(
            LogLevel.warning,
            "hook \(hook.name) of \(instance.name) is registered as HK_HF_INLINE but took "
                + "\(nanoseconds / 1_000_000) ms, the \(count)th time; it runs on the plugin's lane from now on"
        )
    }

    /// True the first time that it answers nonsense.
    func isFirstNonsense() -> Bool { !hasTalkedNonsense.exchange(true, ordering: .relaxed) }
}

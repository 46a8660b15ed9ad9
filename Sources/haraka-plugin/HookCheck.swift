internal import Hooks
internal import PluginABI
internal import PluginHost

/// Says whether the server would take a hook that a plugin registers, by the catalogue.
enum HookCheck {
    /// The status that `add` answers and, unless it is fine, why.
    typealias Answer = (status: Int, fault: String?)

    static func answer(hook: String, signature: String, flags: UInt32, priority: Int32, isSerial: Bool) -> Answer {
        guard let known = Hook(named: hook) else {
            if flags & UInt32(HK_HF_OPTIONAL) != 0 { return (HK_OK, nil) }
            return (HK_E_NOT_FOUND, "there is no hook \(hook)")
        }
        if let fault = fault(inFlags: flags, priority, isSerial) { return (HK_E_INVALID, fault) }
        guard let fault = HookSignature.fault(in: signature, for: known) else { return (HK_OK, nil) }
        return (HK_E_SIGNATURE, "its signature \"\(signature)\" is wrong: \(fault)")
    }

    private static func fault(inFlags flags: UInt32, _ priority: Int32, _ isSerial: Bool) -> String? {
        let known = HK_HF_MAY_PEND | HK_HF_OBSERVE | HK_HF_OPTIONAL | HK_HF_INLINE
        if flags & ~UInt32(known) != 0 { return "it has flags that this host does not know" }
        if !(-100...100).contains(priority) { return "its priority \(priority) is outside -100 to 100" }
        if isSerial, flags & UInt32(HK_HF_INLINE) != 0 { return "it is INLINE in a SERIAL plugin" }
        return nil
    }
}

internal import Hooks
internal import PluginABI

/// Says whether the server would take a hook that a plugin registers, by the catalogue.
enum HookCheck {
    /// The status that `add` answers and, unless it is fine, why.
    typealias Answer = (status: Int, fault: String?)

    static func answer(hook: String, signature: String, flags: UInt32, priority: Int32, isSerial: Bool) -> Answer {
        guard let row = Hook(named: hook)?.row else {
            if flags & UInt32(HK_HF_OPTIONAL) != 0 { return (HK_OK, nil) }
            return (HK_E_NOT_FOUND, "there is no hook \(hook)")
        }
        if let fault = fault(inFlags: flags, priority, isSerial) { return (HK_E_INVALID, fault) }
        guard let fault = fault(in: signature, row) else { return (HK_OK, nil) }
        return (HK_E_SIGNATURE, "its signature \"\(signature)\" is wrong: \(fault)")
    }

    private static func fault(inFlags flags: UInt32, _ priority: Int32, _ isSerial: Bool) -> String? {
        if flags & ~15 != 0 { return "it has flags that this host does not know" }
        if !(-100...100).contains(priority) { return "its priority \(priority) is outside -100 to 100" }
        if isSerial, flags & UInt32(HK_HF_INLINE) != 0 { return "it is INLINE in a SERIAL plugin" }
        return nil
    }

    /// What is wrong with a signature for a hook of the catalogue.
    static func fault(in signature: String, _ row: Catalogue.Row) -> String? {
        guard signature.hasPrefix("i("), signature.hasSuffix(")"), signature.utf8.count <= 4_096 else {
            return "it has the form i(name:type,...)"
        }
        let inner = signature.dropFirst(2).dropLast()
        if inner == "args:p" || inner.isEmpty { return nil }
        let parameters = inner.split(separator: ",", omittingEmptySubsequences: false)
        if parameters.count > 64 { return "it has more than 64 parameters" }
        for parameter in parameters {
            let parts = parameter.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return "\"\(parameter)\" is not name:type" }
            let name = String(parts[0])
            guard row.offers.contains(name) else { return "the hook \(row.name) does not offer \(name)" }
            let type = type(of: name)
            guard parts[1] == type || type == "s" && parts[1] == "B" else { return "\(name) is of type \(type)" }
        }
        return nil
    }

    /// The signature letter of a field of `hk_args`; most are text.
    private static func type(of field: String) -> String {
        switch field {
        case "ud": "p"
        case "call", "session", "txn", "mail_size", "size", "queue_id", "delay_ms": "U"
        case "remote_port", "local_port", "rcpt_index", "rcpt_count", "denied_verdict", "log_level", "attempts",
            "next_port":
            "i"
        case "relaying", "esmtp": "b"
        default: "s"
        }
    }
}

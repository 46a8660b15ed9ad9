public import Hooks

/// Judges signatures as registration does, for programs that look at plugins without serving.
public enum HookSignature {
    /// Why the server would refuse this signature for the hook; nil when it would take it.
    public static func fault(in text: String, for hook: Hook) -> String? {
        do throws(Signature.Fault) {
            _ = try Signature(text, for: hook)
            return nil
        } catch {
            return error.reason
        }
    }

    /// What a hook offers, as a signature that takes all of it; of text and bytes the usual letter.
    public static func whole(of hook: Hook) -> String {
        let parameters = hook.row.offers.compactMap(ArgumentField.named).map { "\($0.name):\($0.kind.letter)" }
        return "i(\(parameters.joined(separator: ",")))"
    }
}

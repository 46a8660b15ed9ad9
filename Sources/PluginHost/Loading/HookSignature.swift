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
}

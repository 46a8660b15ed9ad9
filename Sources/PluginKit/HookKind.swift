/// The kinds of hook calls: which facts a call has is a matter of its kind.
///
/// Authors use the names without `HookKind`: `Recipient` is `Call<HookKind.Recipient>`.
public enum HookKind {
    /// A call inside a mail transaction.
    public protocol Transaction {}

    public enum Startup {}
    public enum Connection {}
    public enum Command {}
    public enum Authentication {}
    public enum Denial {}
    public enum LogLine {}
    public enum Delivery: Transaction {}
    public enum Sender: Transaction {}
    public enum Recipient: Transaction {}
    public enum Message: Transaction {}
}

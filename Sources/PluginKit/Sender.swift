/// A call about the sender: `mail`.
public typealias Sender = Call<HookKind.Sender>

extension Call where Kind == HookKind.Sender {
    /// "user@example.org" without brackets; empty for the null sender.
    public var address: String { mailAddress ?? "" }

    /// The local part as sent, without quotes.
    public var user: String { mailUser ?? "" }

    /// The domain in lower case.
    public var domain: String { mailDomain ?? "" }

    /// The null sender `<>`, of bounces.
    public var isNull: Bool { address.isEmpty }
}

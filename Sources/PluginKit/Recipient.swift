/// A call about one recipient: `rcpt` and `rcpt_ok`.
public typealias Recipient = Call<HookKind.Recipient>

extension Call where Kind == HookKind.Recipient {
    /// Its number in the transaction, from 0.
    public var index: Int { unsafe Int(args.pointee.rcpt_index) }

    /// "user@example.org" after earlier plugins' rewrites, without brackets.
    public var address: String { current(.rcptAddress, "address") }

    /// The local part, without quotes; setting it keeps the domain.
    public var user: String {
        get { current(.rcptUser, "user") }
        nonmutating set {
            assign("user of recipient \(index) to \(newValue)") { tables, call in
                unsafe newValue.withView {
                    unsafe tables.session?.pointee.rcpt_set_user(tables.context, call, UInt32(clamping: index), $0)
                }
            }
        }
    }

    /// The domain in lower case.
    public var domain: String { current(.rcptDomain, "domain") }

    /// The address as the client sent it.
    public var original: String { text(.rcptOriginal) ?? "" }

    /// Gives it another address; the original stays readable.
    public func rewrite(to address: String) throws(HostError) { try rewriteRecipient(index, to: address) }

    /// Drops it from the transaction.
    public func drop() throws(HostError) { try dropRecipient(index) }

    private func current(_ argument: Fact, _ name: String) -> String {
        guard unsafe frame.pointee.wrote else { return text(argument) ?? "" }
        return fact("rcpt[\(index)].\(name)")?.string ?? ""
    }
}

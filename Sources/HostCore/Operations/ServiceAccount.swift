internal import System

/// The account that the server becomes before it opens the first plugin.
public struct ServiceAccount: Sendable, Equatable {
    /// Nil where nothing is to be dropped: the server wasn't started as root.
    public let user: Account?
    public let group: String?

    /// The account of smtp.ini's `user` and `group`; for root without one it is haraka, or nobody.
    static func configured(user: String?, group: String?) throws(StartError) -> ServiceAccount {
        guard Privileges.isRoot else { return ServiceAccount(user: nil, group: nil) }
        for name in user.map({ [$0] }) ?? ["haraka", "nobody"] {
            guard let account = try? Account.named(name) else { continue }
            guard account.uid != 0 else {
                throw StartError("config/smtp.ini: user must not be root: plugins would run with all its rights.")
            }
            return ServiceAccount(user: account, group: group)
        }
        throw StartError(
            "config/smtp.ini: there is no user \(user ?? "haraka"): create it (useradd --system haraka) or name another."
        )
    }

    func drop() throws(StartError) {
        guard let user else { return }
        do { try Privileges.drop(user: user.name, group: group) } catch {
            throw StartError("The server can't become the user \(user.name): \(error)")
        }
    }
}

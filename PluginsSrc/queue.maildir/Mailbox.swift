/// One mailbox: `<user>/` below the mail folder, or `<domain>/<user>/`.
struct Mailbox: Hashable, CustomStringConvertible {
    /// Nil when all domains share their users, and for the postmaster without a domain.
    let domain: MailboxName?

    let user: MailboxName

    /// The folders from the mail folder down.
    var path: [String] { (domain.map { [$0.folder] } ?? []) + [user.folder] }

    var description: String { path.joined(separator: "/") }
}

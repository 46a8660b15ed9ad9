import Disk
import LineEndings
import LocalDomains
import PluginKit
import Settings

/// `maildir.ini` and the local domains, as one call sees them.
final class MaildirSettings: Sendable {
    let domains: LocalDomains
    let maildir: Maildir<LinuxDisk>
    let perDomain: Bool

    /// The mailbox of local recipients that have none.
    let catchAll: String?

    init(_ settings: Settings, names: UniqueName) throws(PluginError) {
        let file = "maildir.ini"
        domains = try LocalDomains(settings)
        perDomain = try settings.boolean(file, "per_domain", default: false)
        let creates = try settings.boolean(file, "create", default: false)
        let catchAll = settings.text(file, "catch_all", default: "")
        self.catchAll = catchAll.isEmpty ? nil : catchAll
        if creates, self.catchAll != nil {
            throw settings.wrong(
                file,
                key: "catch_all",
                "create=true leaves nothing for catch_all=\(catchAll) to catch; set one of them only"
            )
        }
        let endings = settings.text(file, "line_endings", default: "crlf")
        guard let endings = LineEndings(rawValue: endings) else {
            throw settings.wrong(file, key: "line_endings", "line_endings is \"\(endings)\", but must be crlf or lf")
        }
        let path = settings.text(file, "path", default: "mail")
        let root = path.hasPrefix("/") ? path : "\(try settings.directory())/\(path)"
        maildir = Maildir(disk: LinuxDisk(), root: root, creates: creates, endings: endings, names: names)
    }

    /// The mailbox of a local recipient; nil when nobody has that name here.
    func mailbox(user: String, domain: String) throws(DiskFailure) -> Mailbox? {
        guard let own = named(user, domain) else { return nil }
        if maildir.creates { return own }
        if try maildir.has(own) { return own }
        guard let catchAll, let mailbox = named(catchAll, domain) else { return nil }
        guard try maildir.has(mailbox) else {
            throw DiskFailure("catch_all: open", "\(maildir.root)/\(mailbox)", errno: DiskFailure.absent)
        }
        return mailbox
    }

    // Without a domain there is only `postmaster`, whom every server has (RFC 5321 §4.5.1): one for all the domains.
    private func named(_ user: String, _ domain: String) -> Mailbox? {
        guard let user = MailboxName(localPart: user) else { return nil }
        guard perDomain, !domain.isEmpty else { return Mailbox(domain: nil, user: user) }
        return MailboxName(domain: domain).map { Mailbox(domain: $0, user: user) }
    }
}

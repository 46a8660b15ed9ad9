import Disk
import FakeHost
import Glibc
import LineEndings

@testable import QueueMaildir

/// A temporary folder with `mail/` in it and something beside it that nobody may touch.
final class MailFolder {
    let base: String
    var mail: String { "\(base)/mail" }

    init(mailboxes: [String] = []) {
        // In memory where that can be: ten thousand mailboxes take a disk most of a minute.
        let place = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(place)/haraka-mail-XXXXXX".utf8CString)
        base = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
                ?? "/nonexistent"
        }
        for name in ["mail", "beside"] + mailboxes.map({ "mail/\($0)" }) { unsafe mkdir("\(base)/\(name)", 0o700) }
        for name in mailboxes {
            for part in ["tmp", "new", "cur"] { unsafe mkdir("\(mail)/\(name)/\(part)", 0o700) }
        }
    }

    deinit { removeTree(base) }

    func maildir<D: Disk>(_ disk: D, creates: Bool = false, endings: LineEndings = .crlf) -> Maildir<D> {
        Maildir(disk: disk, root: mail, creates: creates, endings: endings, names: UniqueName(host: "mx/a:b"))
    }

    /// The files of a mailbox that a reader, or a later delivery, would find.
    func files(_ mailbox: String) -> [String] {
        ["tmp", "new", "cur"].flatMap { part in entries(of: "\(mail)/\(mailbox)/\(part)").map { "\(part)/\($0)" } }
    }

    /// Nothing but mailboxes below `mail/`, nothing new beside it.
    var isIntact: Bool {
        guard entries(of: base) == ["beside", "mail"], entries(of: "\(base)/beside").isEmpty else { return false }
        return entries(of: mail).allSatisfy { entries(of: "\(mail)/\($0)") == ["cur", "new", "tmp"] }
    }
}

extension Maildir {
    /// A delivery whose answer somebody waits for.
    func deliver(_ letters: [Letter], text: ((RawSpan) throws -> Void) throws -> Void) throws {
        try deliver(letters, stillWanted: { true }, progress: {}, text: text)
    }
}

/// A letter for a local part, from nobody in particular.
func letter(_ localPart: String, sender: String = "sender@example.net") -> Letter? {
    MailboxName(localPart: localPart).map {
        Letter(to: Mailbox(domain: nil, user: $0), sender: sender, recipient: "\(localPart)@example.org")
    }
}

/// A message in parts, as `Maildir.deliver` takes it.
func parts(_ texts: String...) -> ((RawSpan) throws -> Void) throws -> Void {
    { write in
        for text in texts {
            let bytes = Array(text.utf8)
            try unsafe write(bytes.span.bytes)
        }
    }
}

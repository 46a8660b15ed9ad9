import Disk
import FakeHost
import Glibc
import Testing

@testable import QueueMaildir

@Suite struct HostileNamesTests {
    static let hostile = [
        "../../x", "..", ".", "/", "//", "/etc/passwd", "../beside/x", "..\\..\\x", "a/../../b", "a/b/c", "./x", "x/.",
        "x/..",
        "\0", "a\0/../x", "cur", "new", "tmp", "new/", "cur/x", "tmp/../../x", ".ssh", ".ssh/authorized_keys", "~",
        "~root",
        "$HOME", "`id`", "a\nb", "a\r\nb", "CON", "É", "e\u{301}", "ﬀ", "İ", "ß", "\u{202e}x", "\u{2215}x", "％2e％2e",
        "%2e%2e%2f", "%00", "*", "a b", "'", "\"", "-rf", "--", String(repeating: "a", count: 255),
        String(repeating: "a", count: 300), String(repeating: "../", count: 40), String(repeating: "é", count: 64),
    ]

    @Test("Hostile local parts reach mailboxes below mail/ or nothing", arguments: hostile)
    func staysInside(_ localPart: String) throws {
        let folder = MailFolder()
        let maildir = folder.maildir(RecordingDisk(syncs: false), creates: true)
        guard let letter = letter(localPart) else {
            #expect(MailboxName(localPart: localPart) == nil)
            return
        }
        try maildir.deliver([letter], text: parts("Subject: x\r\n\r\nx\r\n"))
        #expect(folder.isIntact)
        #expect(entries(of: folder.mail).count == 1)
        #expect(folder.files(letter.mailbox.user.folder).count == 1)
        #expect(try maildir.has(letter.mailbox))
    }

    @Test("10,000 random users create nothing outside") func staysInsideAtRandom() throws {
        let folder = MailFolder()
        let maildir = folder.maildir(RecordingDisk(syncs: false), creates: true)
        var random = SystemRandomNumberGenerator()
        let favourites = Array("./\\%+~\0 aAéÉ-_:\u{202e}")
        var boxes: Set<Mailbox> = []
        for _ in 0..<10_000 {
            let length = Int.random(in: 1...24, using: &random)
            let user = String(
                (0..<length).map { _ -> Character in
                    let scalar = Unicode.Scalar(UInt32.random(in: 0...0x2ff, using: &random)) ?? "x"
                    return Bool.random(using: &random)
                        ? favourites.randomElement(using: &random) ?? "/" : Character(scalar)
                }
            )
            guard let letter = letter(user) else { continue }
            try maildir.deliver([letter], text: parts("x\r\n"))
            boxes.insert(letter.mailbox)
        }
        #expect(folder.isIntact)
        #expect(Set(entries(of: folder.mail)) == Set(boxes.map(\.user.folder)))
        #expect(boxes.count > 9_000)
    }

    @Test("A mailbox, or a part of one, that is a symbolic link is not followed", arguments: ["", "/new", "/tmp"])
    func refusesLinks(_ part: String) throws {
        let folder = MailFolder(mailboxes: ["anna"])
        #expect(unsafe rename("\(folder.mail)/anna\(part)", "\(folder.base)/away") == 0)
        #expect(unsafe symlink("\(folder.base)/away", "\(folder.mail)/anna\(part)") == 0)
        let anna = try #require(letter("anna"))
        let disk = RecordingDisk()
        for creates in [false, true] {
            let maildir = folder.maildir(disk, creates: creates)
            #expect(throws: DiskFailure.self) { try maildir.deliver([anna], text: parts("x\r\n")) }
            if part != "/tmp" { #expect(throws: DiskFailure.self) { try maildir.has(anna.mailbox) } }
        }
        #expect(disk.open == 0)
        for place in ["", "/new", "/tmp"] {
            #expect(entries(of: "\(folder.base)/away\(place)").allSatisfy { ["cur", "new", "tmp"].contains($0) })
        }
    }
}

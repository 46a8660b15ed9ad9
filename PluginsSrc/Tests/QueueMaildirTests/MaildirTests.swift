import Disk
import FakeHost
import Glibc
import LineEndings
import Testing

@testable import QueueMaildir

@Suite struct MaildirTests {
    @Test("The file is the two lines and then the message, byte for byte") func keepsBytes() throws {
        let folder = MailFolder(mailboxes: ["anna"])
        let maildir = folder.maildir(RecordingDisk(largestWrite: 3))
        let anna = try #require(letter("anna"))
        try maildir.deliver([anna], text: parts("Subject: x\r\n\r\n", "", "\u{e4}\0..\r\n", "end\r\n"))
        let name = try #require(folder.files("anna").first)
        #expect(name.hasPrefix("new/"))
        #expect(
            contents(of: "\(folder.mail)/anna/\(name)")
                == "Return-Path: <sender@example.net>\r\nDelivered-To: anna@example.org\r\n"
                + "Subject: x\r\n\r\n\u{e4}\0..\r\nend\r\n"
        )
    }

    @Test("With line_endings=lf every CRLF becomes LF, at whatever split") func convertsLines() throws {
        let text = "a: b\r\n\r\nc\rd\r\r\n\r"
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            var converter = LineEndings.Converter(.lf)
            var out: [UInt8] = []
            for part in [bytes[..<split], bytes[split...]].map({ Array($0) }) {
                unsafe converter.convert(part.span.bytes) { $0.append(to: &out) }
            }
            converter.finish { $0.append(to: &out) }
            #expect(String(decoding: out, as: UTF8.self) == "a: b\n\nc\rd\r\n\r")
        }
    }

    @Test("The null sender and a control character cannot end a line early") func writesHeading() throws {
        let user = try #require(MailboxName(localPart: "a"))
        let letter = Letter(to: Mailbox(domain: nil, user: user), sender: "", recipient: "a\r\nX: y@example.org")
        #expect(
            String(decoding: letter.heading, as: UTF8.self)
                == "Return-Path: <>\r\nDelivered-To: a??X: y@example.org\r\n"
        )
    }

    @Test("A mailbox that is missing is not made unless allowed") func makesOnlyWhenAllowed() throws {
        let folder = MailFolder()
        let anna = try #require(letter("anna"))
        #expect(throws: DiskFailure.self) { try folder.maildir(LinuxDisk()).deliver([anna], text: parts("x\r\n")) }
        #expect(entries(of: folder.mail).isEmpty)
        #expect(try folder.maildir(LinuxDisk()).has(anna.mailbox) == false)
        try folder.maildir(LinuxDisk(), creates: true).deliver([anna], text: parts("x\r\n"))
        #expect(try folder.maildir(LinuxDisk()).has(anna.mailbox))
        var status = stat()
        for name in ["anna", "anna/new", "anna/tmp", "anna/cur"] {
            #expect(unsafe stat("\(folder.mail)/\(name)", &status) == 0 && status.st_mode & 0o777 == 0o700)
        }
        let file = try #require(folder.files("anna").first)
        #expect(unsafe stat("\(folder.mail)/anna/\(file)", &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test("Every file is safe before the first is shown, and every folder before the answer") func orders() throws {
        let folder = MailFolder(mailboxes: ["anna", "bert", "carl"])
        let disk = RecordingDisk()
        let letters = try ["anna", "bert", "carl"].map { try #require(letter($0)) }
        var asked: [Int] = []
        var progress: [Int] = []
        try folder.maildir(disk).deliver(
            letters,
            stillWanted: {
                asked.append(disk.steps.count)
                return true
            },
            progress: { progress.append(disk.steps.count) },
            text: parts("a: b\r\n\r\n", "text\r\n")
        )
        let steps = disk.steps
        let fileSyncs = steps.indices.filter { steps[$0] == .sync("file") }
        let writes = steps.indices.filter { if case .write = steps[$0] { true } else { false } }
        let renames = steps.indices.filter { if case .rename = steps[$0] { true } else { false } }
        let folderSyncs = steps.indices.filter { steps[$0] == .sync("new") }
        #expect(fileSyncs.count == 3 && renames.count == 3 && folderSyncs.count == 3)
        for (file, sync) in fileSyncs.enumerated() {
            #expect(writes.filter { $0 < sync }.count == (file + 1) * 3, "a file is synced after its last write")
        }
        #expect(try #require(fileSyncs.last) < #require(renames.first))
        #expect(asked == [renames[0]], "it asks once, with the first rename as the next step")
        #expect(progress == (fileSyncs + folderSyncs).map { $0 + 1 })
        #expect(try #require(renames.last) < #require(folderSyncs.first))
        #expect(folderSyncs.last == steps.indices.last)
        #expect(disk.open == 0)
    }

    @Test("A mail whose answer nobody waits for any more is not there", arguments: [false, true])
    func stopsWhenUnwanted(_ creates: Bool) throws {
        let users = ["anna", "bert"]
        let folder = MailFolder(mailboxes: creates ? [] : users)
        let disk = RecordingDisk()
        let letters = try users.map { try #require(letter($0)) }
        #expect(throws: AnswerUnwanted.self) {
            try folder.maildir(disk, creates: creates).deliver(
                letters,
                stillWanted: { false },
                progress: {},
                text: parts("x\r\n")
            )
        }
        #expect(users.allSatisfy { folder.files($0).isEmpty })
        #expect(!disk.steps.contains { if case .rename = $0 { true } else { false } })
        #expect(disk.open == 0)
    }

    @Test("A new mailbox is safe, up to the mail folder, before the answer") func syncsNewFolders() throws {
        let folder = MailFolder()
        let disk = RecordingDisk()
        let user = try #require(MailboxName(localPart: "anna"))
        let domain = try #require(MailboxName(domain: "example.org"))
        let letter = Letter(to: Mailbox(domain: domain, user: user), sender: "", recipient: "anna@example.org")
        try folder.maildir(disk, creates: true).deliver([letter], text: parts("x\r\n"))
        let synced = disk.steps.compactMap { if case .sync(let name) = $0 { name } else { nil } }
        #expect(synced == [".", "example.org", "example.org/anna", "file", "new"])
        #expect(entries(of: "\(folder.mail)/example.org/anna/new").count == 1)
    }

    @Test("Deliveries at the same time make the same mailbox once and lose nothing") func delivers() async throws {
        let folder = MailFolder()
        let maildir = folder.maildir(RecordingDisk(syncs: false), creates: true)
        let anna = try #require(letter("anna"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask { try maildir.deliver([anna], text: parts("number: \(number)\r\n")) }
            }
            try await group.waitForAll()
        }
        #expect(folder.files("anna").count == 64)
        #expect(folder.files("anna").allSatisfy { $0.hasPrefix("new/") })
    }
}

extension RawSpan {
    func append(to bytes: inout [UInt8]) {
        for offset in 0..<byteCount { bytes.append(unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)) }
    }
}

import Disk
import FakeHost
import Glibc
import Testing

@testable import QueueMaildir

@Suite struct FailingStepsTests {
    static let errors = [EIO, ENOSPC, EMFILE, EACCES, EDQUOT]

    @Test("Whatever step fails, the delivery fails and no file is left", arguments: errors, [false, true])
    func leavesNothing(_ errno: Int32, _ creates: Bool) throws {
        let users = ["anna", "bert"]
        let letters = try users.map { try #require(letter($0)) }
        let whole = RecordingDisk(syncs: false)
        let first = MailFolder(mailboxes: creates ? [] : users)
        try first.maildir(whole, creates: creates).deliver(letters, text: parts("a: b\r\n\r\n", "text\r\n"))
        #expect(whole.steps.count > 20)
        for step in whole.steps.indices {
            let folder = MailFolder(mailboxes: creates ? [] : users)
            let disk = RecordingDisk(failing: step, errno: errno, syncs: false)
            let maildir = folder.maildir(disk, creates: creates)
            #expect(throws: DiskFailure.self, "\(whole.steps[step])") {
                try maildir.deliver(letters, text: parts("a: b\r\n\r\n", "text\r\n"))
            }
            #expect(users.flatMap { folder.files($0) }.isEmpty, "\(whole.steps[step]) left something behind")
            #expect(disk.open == 0, "\(whole.steps[step]) left a descriptor open")
            // The same mail again, as its sender will try it.
            try folder.maildir(RecordingDisk(syncs: false), creates: creates).deliver(letters, text: parts("x\r\n"))
            #expect(users.allSatisfy { folder.files($0).count == 1 })
        }
    }

    @Test("A message that cannot be read to its end leaves nothing") func failsWithItsText() throws {
        struct Gone: Error {}
        let folder = MailFolder(mailboxes: ["anna"])
        let anna = try #require(letter("anna"))
        #expect(throws: Gone.self) {
            try folder.maildir(LinuxDisk()).deliver([anna]) { write in
                try parts("a: b\r\n")(write)
                throw Gone()
            }
        }
        #expect(folder.files("anna").isEmpty)
    }
}

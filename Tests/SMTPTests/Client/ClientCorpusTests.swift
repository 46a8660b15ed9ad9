import Foundation
import Mail
import SMTP
import Testing

/// What the fuzzer of the calling side starts from, and what it has found: every file of `Tests/Corpus/ClientSession`.
///
/// The first four bytes of a file choose what is wanted for the fuzzer; here they are left out.
@Suite struct ClientCorpusTests {
    static let files: [URL] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Corpus/ClientSession")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }
    }()

    @Test func thereIsACorpus() {
        #expect(!Self.files.isEmpty)
    }

    @Test("a host of the corpus is understood the same way however its words are cut", arguments: files)
    func cuts(file: URL) throws {
        let input = Array(try Data(contentsOf: file).dropFirst(4))
        let whole = try converse(input, readsOf: max(input.count, 1))
        for size in [1, 2, 3, 7, 64] { #expect(try converse(input, readsOf: size) == whole) }
        #expect(whole.end != nil)
        // Two messages, of which the second may never have been given.
        #expect([3, 6].contains(whole.verdicts.count))
    }

    private func converse(_ input: [UInt8], readsOf size: Int) throws -> ClientResult {
        var envelope = Envelope(sender: try Address(parsing: "a@c.example"))
        for name in ["b@x.example", "c@x.example", "d@y.example"] {
            envelope.recipients.append(Recipient(try Address(parsing: name)))
        }
        var run = ClientRun(deliveries: [envelope, envelope], message: Array("hi\r\n".utf8), gives: true)
        // No read goes beyond the place of a handshake, which such a byte marks.
        for part in input.split(separator: 0x16, omittingEmptySubsequences: false).map(Array.init) {
            if run.isStartingTLS { run.happen(.tlsVerified) }
            for start in stride(from: 0, to: part.count, by: size) {
                run.hear(part[start..<min(start + size, part.count)])
            }
        }
        if run.result.end == nil { run.happen(.closed) }
        return run.result
    }
}

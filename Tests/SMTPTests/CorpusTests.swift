import Foundation
import SMTP
import Testing

/// What fuzzers start from, and what they have found: every file of `Tests/Corpus/ServerSession`.
///
/// The first five bytes of a file choose limits and answers for the fuzzer; here they are left out.
@Suite struct CorpusTests {
    static let files: [URL] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Corpus/ServerSession")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }
    }()

    @Test func thereIsACorpus() {
        #expect(!Self.files.isEmpty)
    }

    @Test("a conversation of the corpus doesn't depend on how it is cut", arguments: files)
    func cuts(file: URL) throws {
        let input = Array(try Data(contentsOf: file).dropFirst(5))
        let whole = Performance(input, reads: [])
        for size in [1, 2, 3, 7, 64] {
            #expect(Performance(input, reads: [size]) == whole)
        }
    }
}

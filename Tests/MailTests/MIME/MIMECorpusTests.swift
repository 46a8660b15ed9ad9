import Foundation
import Mail
import Testing

/// What the fuzzer starts from, and what it has found: every file of `Tests/Corpus/MIME`.
///
/// The first byte of a file says how many sizes of pieces follow it; here they are left out.
@Suite struct MIMECorpusTests {
    static let files: [URL] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Corpus/MIME")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }
    }()

    @Test func thereIsACorpus() {
        #expect(!Self.files.isEmpty)
    }

    @Test("a text of the corpus is read alike however it is cut", arguments: files)
    func cuts(file: URL) throws {
        let file = Array(try Data(contentsOf: file))
        let input = Array(file.dropFirst(1 + Int((file.first ?? 0) & 7)))
        var whole = MIMEReader(keeping: 1000)
        whole.read(input.span)
        whole.finish()
        for size in [1, 2, 3, 7, 64] {
            var reader = MIMEReader(keeping: 1000)
            for start in stride(from: 0, to: input.count, by: size) {
                reader.read(input.span.extracting(start..<min(start + size, input.count)))
            }
            reader.finish()
            #expect(reader.parts == whole.parts)
        }
    }
}

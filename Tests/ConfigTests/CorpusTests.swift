import Foundation
import System
import Testing

@testable import Config

/// What fuzzers start from, and what they have found: every file of `Tests/Corpus/Config`.
///
/// The first byte says what the others are: i for ini, j for json, y for yaml, p for plain, s for a single value.
@Suite struct CorpusTests {
    static let files: [URL] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Corpus/Config")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }
    }()

    private static let names: [UInt8: String] = [0x69: "x.ini", 0x6A: "x.json", 0x79: "x.yaml", 0x70: "x"]

    private static func text(_ name: String) throws -> String {
        let file = try #require(files.first { $0.lastPathComponent == name })
        return String(decoding: try Data(contentsOf: file).dropFirst(), as: UTF8.self)
    }

    @Test("a file of the corpus is read or refused, each problem with a line of it", arguments: files)
    func reads(file: URL) throws {
        let input = Array(try Data(contentsOf: file))
        guard let first = input.first, let name = Self.names[first] else { return }
        let bytes = Array(input.dropFirst())
        let (read, problems) = ConfigFile.parse(
            name: name,
            path: name,
            shownPath: name,
            isShipped: false,
            bytes: bytes,
            facts: .none
        )
        let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 2
        #expect(problems.allSatisfy { (0...lines).contains($0.line) })
        #expect(problems.allSatisfy { !$0.description.unicodeScalars.contains { $0.value < 0x20 } })
        guard let root = read.root else { return }
        let json = JSONWriter.text(of: root.value)
        let again = try? JSONReader.read(json, path: name, isShipped: false)
        #expect(again.map { JSONWriter.text(of: $0.value) } == json)
    }

    @Test func `letters beyond ASCII make no unit and no word for yes`() throws {
        #expect(SettingKind.bytes(0...1_000_000).parse(try Self.text("setting-kelvin-bytes")) == nil)
        #expect(BooleanWord.value(of: try Self.text("setting-kelvin-yes")) == nil)
    }

    @Test func `json and yaml nest 64 levels and no more, as a plugin's reader does`() throws {
        #expect((try? JSONReader.read(try Self.text("json-deep"), path: "x", isShipped: false)) != nil)
        #expect(throws: JSONReader.Fault.self) {
            try JSONReader.read(try Self.text("json-too-deep"), path: "x", isShipped: false)
        }
        #expect(throws: JSONReader.Fault.self) {
            try YAMLReader.read(try Self.text("yaml-too-deep"), path: "x", isShipped: false)
        }
    }
}

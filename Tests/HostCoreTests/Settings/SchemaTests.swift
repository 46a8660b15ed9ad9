import Config
import Foundation
import PluginHost
import Testing

@testable import HostCore

/// The comments of the shipped files are the manual: what they call the default must be it.
@Suite struct SchemaTests {
    /// `; key=value` below a section's header.
    private struct Documented: Hashable, CustomStringConvertible {
        let section: String
        let key: String
        let value: String
        var description: String { "[\(section)] \(key)=\(value)" }
    }

    /// What a shipped file says; plugins.ini's keys stand below a section that is a comment.
    private static func documented(_ file: String) throws -> [Documented] {
        let text = String(decoding: try Data(contentsOf: URL(filePath: Checkout.path("config/\(file)"))), as: UTF8.self)
        var section = "main"
        return text.split(separator: "\n").compactMap { line in
            if line.hasPrefix("[") || line.hasPrefix("; [") {
                // A header that is a comment stands for sections of any name.
                section = line.hasPrefix("[") ? String(line.dropFirst().prefix { $0 != "]" }) : "*"
                return nil
            }
            guard let statement = line.wholeMatch(of: /; ([A-Za-z_0-9]+)(\[\])?=(.*)/) else { return nil }
            return Documented(section: section, key: String(statement.1), value: String(statement.3))
        }
    }

    /// Examples, which are no defaults.
    private static let examples: Set = ["capabilities", "timeout"]

    private static func schema(_ file: String) throws -> Schema { try #require(Schemas.all.first { $0.file == file }) }

    @Test(arguments: Schemas.all.map(\.file))
    func theDefaultsAreThoseThatTheShippedFileNames(_ file: String) throws {
        let schema = try Self.schema(file)
        let documented = try Self.documented(schema.file)
        #expect(!documented.isEmpty)
        for one in documented {
            let key = try #require(
                schema.keys.first { $0.section == one.section && $0.name == one.key },
                "\(schema.file): \(one) is unknown to the schema"
            )
            #expect(key.retired == nil, "\(schema.file): \(one) is explained although it has no effect")
            if schema.file == "plugins.ini", Self.examples.contains(one.key) { continue }
            #expect(key.default == one.value, "\(schema.file): \(one)")
        }
    }

    @Test(arguments: Schemas.all.map(\.file))
    func everyKeyThatHasAnEffectIsExplainedInTheShippedFile(_ file: String) throws {
        let schema = try Self.schema(file)
        let documented = Set(try Self.documented(schema.file).map { "\($0.section).\($0.key)" })
        for key in schema.keys
        where key.retired == nil && key.refused == nil && !["force_continue", "*"].contains(key.name) {
            #expect(documented.contains("\(key.section).\(key.name)"), "\(schema.file) doesn't explain \(key.name)")
        }
    }

    /// The shipped examples may stand as they are, once their `;` is taken away.
    @Test(arguments: Schemas.all.map(\.file))
    func theShippedExamplesAreValid(_ file: String) throws {
        let text = String(decoding: try Data(contentsOf: URL(filePath: Checkout.path("config/\(file)"))), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.wholeMatch(of: /; ([A-Za-z_0-9]+(\[\])?=.+|\[.*\])/).map { String($0.1) } ?? String(line)
        }
        let snapshot = ConfigSnapshot(texts: [file: lines.joined(separator: "\n")])
        #expect(snapshot.problems.isEmpty)
        #expect(snapshot.validate(try Self.schema(file), strict: true).1.map(\.description) == [])
    }

    @Test func thePluginTimeoutWithoutASettingIsWhatTheFileSays() throws {
        let documented = try Self.documented("plugins.ini").first { $0.key == "timeout" }
        let configuration = try Service(["plugins": "hello"]).configuration()
        #expect(documented?.value == "30")
        #expect(configuration.entry("hello", Service.image).timeout == .seconds(30))
    }
}

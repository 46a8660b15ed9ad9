import System
import Testing

@testable import Config

/// Whatever stands in a file, reading it ends without a trap and every problem names a line of it.
struct HostileTextTests {
    /// A generator that gives the same numbers in every run (SplitMix64).
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static let pieces: [[UInt8]] =
        [
            "[", "]", "[]", "=", "\\", "\n", "\r\n", "\r", ";", "#", "a", "main", ".", "!", "\"", "{", "}", ":", ",",
            "- ",
            "&a ", "*a ", "\t", " ", "\u{0}", "\u{A0}", "ä", "😀", "\\u", "d83d", "1", "-", "e9", "true", "null", "|\n",
            "? ",
            "%YAML 1.1\n", "---\n", "<<: ",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xEF, 0xBB, 0xBF]]

    @Test(arguments: ["x.ini", "x.json", "x.yaml", "x"])
    func `Random texts are read or refused, each problem with a line of the text`(name: String) {
        var random = Seeded(state: 2)
        for _ in 0..<2_000 {
            let length = Int.random(in: 0...24, using: &random)
            let bytes = (0..<length).flatMap { _ in Self.pieces.randomElement(using: &random) ?? [] }
            let (file, problems) = ConfigFile.parse(
                name: name,
                path: name,
                shownPath: name,
                isShipped: false,
                bytes: bytes,
                facts: .none
            )
            let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 2
            #expect(problems.allSatisfy { (0...lines).contains($0.line) }, "\(bytes)")
            if let root = file.root {
                // What is shown to plugins as JSON must be JSON: it is read back as the same.
                let json = JSONWriter.text(of: root.value)
                let again = try? JSONReader.read(json, path: name, isShipped: false)
                #expect(again.map { JSONWriter.text(of: $0.value) } == json, "\(bytes)")
            }
        }
    }
}

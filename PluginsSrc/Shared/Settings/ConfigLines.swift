import Glibc
import PluginKit

/// The lines of a configuration file as they are written, read only to say where a mistake is.
///
/// The contract gives values without their lines, and a plugin's file may come from the shipped defaults: then there is
/// nothing here, and the message does without a line.
struct ConfigLines {
    private let lines: [Substring]

    init?(_ file: String, in config: Configuration) {
        guard let directory = try? config.directory(), let text = Self.read("\(directory)/config/\(file)") else {
            return nil
        }
        self.init(text)
    }

    init(_ text: String) { lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) }

    /// The line that is that entry of a list.
    func number(ofEntry entry: String) -> Int? {
        lines.firstIndex { Self.trimmed($0) == entry }.map { $0 + 1 }
    }

    /// The line that gives that key, "key" of the main section or "section.key".
    func number(ofKey path: String) -> Int? {
        let dot = path.firstIndex(of: ".")
        let wanted = dot.map { path[..<$0] } ?? "main"
        return number(ofKey: dot.map { path[path.index(after: $0)...] } ?? path[...], in: wanted)
    }

    /// The line that gives that key of that section; a section's name may hold dots itself.
    func number(ofKey key: Substring, in wanted: Substring) -> Int? {
        var section: Substring = "main"
        for (index, line) in lines.enumerated() {
            let line = Self.trimmed(line)
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = line.dropFirst().dropLast()
            } else if section == wanted, let sign = line.firstIndex(of: "="), Self.trimmed(line[..<sign]) == key {
                return index + 1
            }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0.isWhitespace }
        return start[..<(start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex)]
    }

    private static func read(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while text.count < 1 << 20 {
            let count = unsafe Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}

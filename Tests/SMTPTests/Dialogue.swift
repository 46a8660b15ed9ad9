import Foundation
import Testing

/// A conversation as a file says it; `Tests/Dialogues/README.md` has the format.
///
/// It knows nothing of the session, so that it can be run against a value as well as over a socket.
struct Dialogue: Sendable, CustomTestStringConvertible {
    enum Step: Sendable, Equatable {
        /// `C:` and `R:`, escapes resolved; a `C:` line with its CRLF.
        case send([UInt8])
        /// `S:`, to be met whole, or up to its "...".
        case expect(String)
        /// `M:` and `N:`, a piece of the message that is accepted here; an `M:` line with its CRLF.
        case message(String)
        /// `A:`, how the next question of that name is answered.
        case answer(hook: String, verdict: String, words: String)
        /// `T:`, here the client goes over to TLS.
        case handshake
        /// `E: closed`
        case closed
    }

    struct Malformed: Error {
        let line: String
    }

    let name: String
    /// `O:` lines.
    private(set) var options: [(key: String, value: String)] = []
    private(set) var steps: [Step] = []

    var testDescription: String { name }

    init(name: String, text: String) throws {
        self.name = name
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard line.dropFirst().hasPrefix(":") else { throw Malformed(line: String(line)) }
            let words = line.dropFirst(2).hasPrefix(" ") ? String(line.dropFirst(3)) : ""
            switch line.first {
            case "C": steps.append(.send(try Self.bytes(words) + [0x0D, 0x0A]))
            case "R": steps.append(.send(try Self.bytes(words)))
            case "S": steps.append(.expect(words))
            case "M": steps.append(.message(String(decoding: try Self.bytes(words) + [0x0D, 0x0A], as: UTF8.self)))
            case "N": steps.append(.message(String(decoding: try Self.bytes(words), as: UTF8.self)))
            case "E": steps.append(.closed)
            case "T": steps.append(.handshake)
            case "O":
                let parts = words.split(separator: " ", maxSplits: 1).map(String.init)
                options.append((parts[0], parts.count > 1 ? parts[1] : ""))
            case "A":
                let parts = words.split(separator: " ", maxSplits: 2).map(String.init)
                guard parts.count >= 2 else { throw Malformed(line: String(line)) }
                steps.append(.answer(hook: parts[0], verdict: parts[1], words: parts.count > 2 ? parts[2] : ""))
            default: throw Malformed(line: String(line))
            }
        }
    }

    /// All of `Tests/Dialogues`, in the order of their names.
    static let all: [Dialogue] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Dialogues")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "dialogue" }.sorted { $0.path < $1.path }.map { file in
            do {
                let text = try String(contentsOf: file, encoding: .utf8)
                return try Dialogue(name: file.deletingPathExtension().lastPathComponent, text: text)
            } catch {
                fatalError("\(file.path): \(error)")
            }
        }
    }()

    /// Everything that the client says.
    var clientBytes: [UInt8] {
        steps.flatMap { step in if case .send(let bytes) = step { bytes } else { [UInt8]() } }
    }

    /// Behind how many of the client's bytes it goes over to TLS.
    var handshakes: [Int] {
        var places: [Int] = []
        var sent = 0
        for step in steps {
            if case .send(let bytes) = step { sent += bytes.count }
            if step == .handshake { places.append(sent) }
        }
        return places
    }

    /// Every line that the server says.
    var serverLines: [String] {
        steps.compactMap { step in if case .expect(let line) = step { line } else { nil } }
    }

    /// The text of all messages that were accepted.
    var messageText: String {
        steps.compactMap { step in if case .message(let piece) = step { piece } else { nil } }.joined()
    }

    /// The first line that differs, told as a sentence; nil if all are as expected.
    func difference(from said: [String]) -> String? {
        for (index, pattern) in serverLines.enumerated() {
            guard index < said.count else { return "line \(index + 1) is missing: \(pattern)" }
            let fits =
                pattern.hasSuffix("...") ? said[index].hasPrefix(pattern.dropLast(3)) : said[index] == pattern
            guard fits else { return "line \(index + 1) is '\(said[index])', not '\(pattern)'" }
        }
        return said.count > serverLines.count ? "one line too many: \(said[serverLines.count])" : nil
    }

    /// Resolves `\r`, `\n`, `\t`, `\\`, `\xHH` and `\(N*text)`.
    private static func bytes(_ text: String) throws -> [UInt8] {
        var result: [UInt8] = []
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "\\" else {
                result += Array(String(character).utf8)
                continue
            }
            switch rest.popFirst() {
            case "r": result.append(0x0D)
            case "n": result.append(0x0A)
            case "t": result.append(0x09)
            case "\\": result.append(0x5C)
            case "x":
                guard let byte = UInt8(rest.prefix(2), radix: 16) else { throw Malformed(line: text) }
                result.append(byte)
                rest = rest.dropFirst(2)
            case "(":
                guard let star = rest.firstIndex(of: "*"), let end = rest.firstIndex(of: ")"),
                    let count = Int(rest[..<star])
                else { throw Malformed(line: text) }
                let repeated = Array(String(rest[rest.index(after: star)..<end]).utf8)
                for _ in 0..<count { result += repeated }
                rest = rest[rest.index(after: end)...]
            default: throw Malformed(line: text)
            }
        }
        return result
    }
}

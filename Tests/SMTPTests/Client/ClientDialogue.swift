import Foundation
import Mail
import SMTP
import Testing

/// A conversation with a host as a file says it; `Tests/Dialogues/client/README.md` has the format.
struct ClientDialogue: Sendable, CustomTestStringConvertible {
    enum Step: Sendable, Equatable {
        /// `S:` with its CRLF, and `R:`.
        case hear([UInt8])
        /// `C:`, to be met whole, or up to its "...".
        case expect(String)
        /// `V:`
        case verdict(String)
        /// `T:`, `X:` and `W:`
        case event(Event)
    }

    enum Event: Sendable, Equatable {
        case tlsStarted, tlsVerified, tlsFailed, closed, timeout, written
    }

    struct Malformed: Error {
        let line: String
    }

    let name: String
    private(set) var options: [(key: String, value: String)] = []
    private(set) var deliveries: [Envelope] = []
    /// `M:` and `B:`, what all of them deliver.
    private(set) var message: [UInt8] = []
    private(set) var steps: [Step] = []
    /// `E:`, why the host is left; "" where all was said, nil where it isn't.
    private(set) var end: String?

    var testDescription: String { name }

    init(name: String, text: String) throws {
        self.name = name
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard line.dropFirst().hasPrefix(":") else { throw Malformed(line: String(line)) }
            let words = line.dropFirst(2).hasPrefix(" ") ? String(line.dropFirst(3)) : ""
            switch line.first {
            case "S": steps.append(.hear(try Self.bytes(words) + [0x0D, 0x0A]))
            case "R": steps.append(.hear(try Self.bytes(words)))
            case "C": steps.append(.expect(String(decoding: try Self.bytes(words), as: UTF8.self)))
            case "V": steps.append(.verdict(String(decoding: try Self.bytes(words), as: UTF8.self)))
            case "M": message += try Self.bytes(words) + [0x0D, 0x0A]
            case "B": message += try Self.bytes(words)
            case "D": deliveries.append(try Self.envelope(words))
            case "E": end = words
            case "W": steps.append(.event(.written))
            case "T": steps.append(.event(["": .tlsStarted, "verified": .tlsVerified][words] ?? .tlsFailed))
            case "X": steps.append(.event(words == "closed" ? .closed : .timeout))
            case "O":
                let parts = words.split(separator: " ", maxSplits: 1).map(String.init)
                options.append((parts[0], parts.count > 1 ? parts[1] : ""))
            default: throw Malformed(line: String(line))
            }
        }
    }

    /// Resolves escapes as in the other dialogues.
    private static func bytes(_ text: String) throws -> [UInt8] {
        try Dialogue(name: "", text: "R: \(text)").clientBytes
    }

    /// Reads `from=<a@b> to=c@d,e@f 8bit` and the like.
    private static func envelope(_ text: String) throws -> Envelope {
        var envelope = Envelope(sender: .null)
        var options = MailOptions()
        var recipientOptions: RecipientOptions?
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let value = parts.count > 1 ? parts[1] : ""
            switch parts[0] {
            case "from": envelope.sender = try Address(parsing: value, allowing: [.utf8, .null])
            case "to":
                for address in value.split(separator: ",") {
                    envelope.recipients.append(
                        Recipient(try Address(parsing: String(address)), options: recipientOptions)
                    )
                }
            case "8bit": envelope.is8Bit = true
            case "binary": envelope.isBinary = true
            case "utf8": envelope.isUTF8 = true
            case "ret": options.returnedContent = value == "full" ? .full : .headers
            case "envid": options.envelopeID = value
            case "auth": options.submitter = value == "<>" ? .null : try Address(parsing: value)
            case "requiretls": options.requiresTLS = true
            case "by": options.deadline = .init(seconds: Int32(value) ?? 0, mode: .tell, traces: true)
            case "priority": options.priority = Int8(value)
            case "notify":
                var options = recipientOptions ?? RecipientOptions()
                let notices: [Substring: RecipientOptions.Notice] = [
                    "success": .success, "failure": .failure, "delay": .delay,
                ]
                options.notice = RecipientOptions.Notice(value.split(separator: ",").compactMap { notices[$0] })
                recipientOptions = options
            case "orcpt":
                let type = value.prefix { $0 != ";" }
                var options = recipientOptions ?? RecipientOptions()
                options.originalRecipient = .init(type: String(type), address: String(value.dropFirst(type.count + 1)))
                recipientOptions = options
            default: throw Malformed(line: text)
            }
        }
        envelope.options = options == MailOptions() ? nil : options
        return envelope
    }

    /// All of `Tests/Dialogues/client`, in the order of their names.
    static let all: [ClientDialogue] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Dialogues/client")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "dialogue" }.sorted { $0.path < $1.path }.map { file in
            do {
                let text = try String(contentsOf: file, encoding: .utf8)
                return try ClientDialogue(name: file.deletingPathExtension().lastPathComponent, text: text)
            } catch {
                fatalError("\(file.path): \(error)")
            }
        }
    }()

    /// Everything that the host says, and what happens behind how much of it.
    var hostSide: (bytes: [UInt8], events: [(place: Int, event: Event)]) {
        var bytes: [UInt8] = []
        var events: [(place: Int, event: Event)] = []
        for step in steps {
            switch step {
            case .hear(let more): bytes += more
            case .event(let event): events.append((bytes.count, event))
            case .expect, .verdict: break
            }
        }
        return (bytes, events)
    }

    var clientLines: [String] {
        steps.compactMap { step in if case .expect(let line) = step { line } else { nil } }
    }

    var verdicts: [String] {
        steps.compactMap { step in if case .verdict(let line) = step { line } else { nil } }
    }

    static func fits(_ line: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("...") ? line.hasPrefix(pattern.dropLast(3)) : line == pattern
    }
}

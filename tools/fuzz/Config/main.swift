import CFuzzer
import PluginKit
import System

@testable import Config

func parse(_ bytes: [UInt8], as name: String) -> (file: ConfigFile, problems: [Problem]) {
    ConfigFile.parse(name: name, path: name, shownPath: name, isShipped: false, bytes: bytes, facts: .none)
}

/// Reads a file: every problem and every value is on a line of it, and it is read in one way.
func readFile(_ bytes: [UInt8], as name: String) {
    let (file, problems) = parse(bytes, as: name)
    let lines = countLines(bytes)
    for problem in problems {
        precondition((0...lines).contains(problem.line), "a problem is on a line of the file")
        precondition(problem.message.utf8.count < 1000, "a problem is a sentence")
        precondition(!problem.description.unicodeScalars.contains { $0.value < 0x20 }, "a problem is one line")
    }
    for line in file.lines { precondition((1...lines).contains(line.origin.line), "a line is one of the file") }
    guard let root = file.root else { return }
    checkOrigins(root, lines)
    checkJSON(root)
    if name == "x.ini", !bytes.contains(0x0D) { checkLineEnds(bytes, root, problems) }
}

/// Line ends as YAML knows them too; a file's last line may lack one.
func countLines(_ bytes: [UInt8]) -> Int {
    let others: [[UInt8]] = [[0xC2, 0x85], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9]]
    var lines = 2
    for index in bytes.indices {
        let byte = bytes[index]
        if byte == 0x0A || byte == 0x0D {
            lines += 1
        } else if byte == 0xC2 || byte == 0xE2, others.contains(where: { bytes[index...].starts(with: $0) }) {
            lines += 1
        }
    }
    return lines
}

func checkOrigins(_ node: ConfigNode, _ lines: Int) {
    precondition((1...lines).contains(node.origin.line), "a value is on a line of the file")
    switch node.value {
    case .list(let nodes): for inner in nodes { checkOrigins(inner, lines) }
    case .section(let section):
        for key in section.keys {
            guard let inner = section[key] else { preconditionFailure("a listed key is there") }
            checkOrigins(inner, lines)
        }
    case .null, .boolean, .integer, .number, .text: break
    }
}

/// What plugins are shown is JSON: we and they read it, and we read what we wrote.
func checkJSON(_ root: ConfigNode) {
    let json = JSONWriter.text(of: root.value)
    let again = try? JSONReader.read(json, path: "x", isShipped: false)
    precondition(again.map { JSONWriter.text(of: $0.value) } == json, "a value survives as JSON")
    precondition(JSON(Array(json.utf8)) != nil, "a plugin reads it")
    precondition(!json.utf8.contains { $0 < 0x20 }, "it is one line")
}

/// An ini file of another editor says the same.
func checkLineEnds(_ bytes: [UInt8], _ root: ConfigNode, _ problems: [Problem]) {
    for end: [UInt8] in [[0x0D], [0x0D, 0x0A]] {
        let other = parse(bytes.flatMap { $0 == 0x0A ? end : [$0] }, as: "x.ini")
        precondition(other.file.root == root && other.problems == problems, "line ends make no difference")
    }
}

/// Understands a text as each kind of value: numbers are in their range, and made of ASCII.
func readSetting(_ text: String) {
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    for kind in [SettingKind.integer(-5...4096), .bytes(0...Int.max), .integer(Int.min...Int.max)] {
        guard case .integer(let value)? = kind.parse(text) else { continue }
        precondition(isASCII, "a number is ASCII")
        if case .integer(let range) = kind { precondition(range.contains(value), "a number is in its range") }
        if case .bytes = kind { precondition(value >= 0, "a number is in its range") }
    }
    if case .duration(let value)? = SettingKind.duration(1...86_400).parse(text) {
        precondition(isASCII && (.seconds(1) ... .seconds(86_400)).contains(value), "a duration is in its range")
    }
    _ = SettingKind.duration(0...Int.max).parse(text)
    if BooleanWord.value(of: text) != nil { precondition(isASCII, "yes and no are ASCII") }
    if case .list(let items)? = SettingKind.textList.parse(text) {
        precondition(items.allSatisfy { !$0.isEmpty && !$0.utf8.contains(UInt8(ascii: ",")) }, "commas part items")
    }
    precondition(Shown.text(text).unicodeScalars.allSatisfy { $0.value >= 0x20 }, "what is shown is one line")
}

/// A plugin's reader refuses an escape that is no number, and takes what ours takes.
func readPluginJSON(_ bytes: [UInt8]) {
    let value = JSON(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else { return }
    if (try? JSONReader.read(text, path: "x", isShipped: false)) != nil { precondition(value != nil, "it is JSON") }
    if value != nil, !text.contains(#"\\"#) {
        precondition(!text.contains(#"\u+"#) && !text.contains(#"\u-"#), "a sign is no digit")
    }
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let bytes = Array(input.dropFirst())
    switch input[0] {
    case UInt8(ascii: "i"): readFile(bytes, as: "x.ini")
    case UInt8(ascii: "j"): readFile(bytes, as: "x.json")
    case UInt8(ascii: "y"): readFile(bytes, as: "x.yaml")
    case UInt8(ascii: "p"): readFile(bytes, as: "x")
    case UInt8(ascii: "s"): readSetting(String(decoding: bytes, as: UTF8.self))
    // What a plugin reads may also come from elsewhere.
    case UInt8(ascii: "k"): readPluginJSON(bytes)
    default: return -1
    }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)

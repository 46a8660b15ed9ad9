import Foundation
import Mail
import Testing

@Suite struct HeaderBlockTests {
    private func block(_ text: String) -> HeaderBlock { HeaderBlock(Array(text.utf8)) }
    private func text(_ block: HeaderBlock) -> String { String(decoding: block.bytes, as: UTF8.self) }
    private func value(_ block: HeaderBlock, _ name: String, _ nth: Int = 0) -> String? {
        block.value(of: name, nth: nth).map { String(decoding: block.bytes[$0], as: UTF8.self) }
    }

    @Test(
        "a header section ends behind its empty line, or where something else begins",
        arguments: [
            ("A: b\r\n\r\nbody", 8), ("\r\nbody", 2), ("A: b\r\n c\r\n\tD\r\n\r\n", 16), ("A: b\r\n", nil),
            ("A: b", nil), ("", nil),
            ("A: b\r\nno field\r\n\r\n", 6), ("From me today\r\nA: b\r\n\r\n", 0), (" folded first\r\n\r\n", 0),
            ("A: b\r\nSubject", nil), ("A : b\r\n\r\n", 9), ("A:\r\n\r\n", 6), (": x\r\n\r\n", 0),
            ("A: b\r\n \r\n\r\n", 11),
            ("A: b\r\nC D: e\r\n\r\n", 6), ("A: b\r\n\r", nil), ("A: b\r\nC\r", nil), ("Ä: b\r\n\r\n", 0),
        ] as [(String, Int?)]
    )
    func endOfHeader(text: String, expected: Int?) {
        #expect(HeaderBlock.end(of: Array(text.utf8).span) == expected)
    }

    /// What fuzzers start from, and what they have found.
    @Test func theEndOfACorpusHeaderIsFoundOnceAndForAll() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Corpus/Header")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let text = Array(try Data(contentsOf: file))
            let end = HeaderBlock.end(of: text.span)
            for count in 0...text.count {
                guard let early = HeaderBlock.end(of: text.span.extracting(..<count)) else { continue }
                #expect(early == end, "\(file.lastPathComponent) with \(count) bytes")
            }
        }
    }

    @Test func theEmptyLineIsAddedWhereItIsMissing() {
        #expect(text(block("A: b\r\n")) == "A: b\r\n\r\n")
        #expect(text(block("")) == "\r\n")
        #expect(text(block("\r\n")) == "\r\n")
        #expect(text(block("A: b\r\n\r\n")) == "A: b\r\n\r\n")
    }

    /// What BDAT allows: RFC 3030 knows no lines at the end of a message.
    @Test(
        "a message that ends within a line keeps its form when fields are added",
        arguments: [
            ("A: b", "A: b\r\n", "\r\n"), ("A: b\r\nC: d", "A: b\r\nC: d\r\n", "\r\n"),
            ("A: b\r\n c", "A: b\r\n c\r\n", "\r\n"), ("A:", "A:\r\n", "\r\n"), ("A: b\r", "A: b\r\n", "\r\n"),
            ("A: b\r\n", "A: b\r\n", "\r\n"), ("", "", "\r\n"), ("A: b\r\nSubject", "A: b\r\n", "\r\nSubject"),
            ("Subject", "", "\r\nSubject"), (" folded", "", "\r\n folded"), ("A: b\r\n\r", "A: b\r\n", "\r\n\r"),
            ("A: b\r\nno field\r\n", "A: b\r\n", "\r\nno field\r\n"),
        ]
    )
    func unfinishedLines(text whole: String, fields: String, rest: String) throws {
        var header = block(whole)
        #expect(text(header) == fields + rest)
        try header.apply(.addTop(name: "X", value: Array("1".utf8)))
        try header.apply(.addEnd(name: "Y", value: Array("2".utf8)))
        #expect(text(header) == "X: 1\r\n\(fields)Y: 2\r\n\(rest)")
        #expect(value(header, "Y") == "2")
        try header.apply(.remove(name: "x", nth: nil))
        try header.apply(.remove(name: "y", nth: 0))
        #expect(text(header) == fields + rest)
    }

    @Test func valuesAreFoundByNameAndNumber() {
        let header = block("Received: one\r\nSubject:  a\r\n\tfolded \r\nRECEIVED:two\r\nX-Empty:\r\nX-Old : c\r\n\r\n")
        #expect(value(header, "received") == "one")
        #expect(value(header, "Received", 1) == "two")
        #expect(value(header, "Received", 2) == nil)
        #expect(value(header, "subject") == "a\r\n\tfolded")
        #expect(value(header, "x-empty") == "")
        #expect(value(header, "X-Old") == "c")
        #expect(value(header, "X") == nil)
        #expect(header.count(of: "rEcEiVeD") == 2)
        #expect(header.count(of: "To") == 0)
    }

    @Test(
        "an edit changes its field and nothing else",
        arguments: [
            (.addTop(name: "X", value: Array("y".utf8)), "X: y\r\nA: 1\r\nB:2\r\n 3\r\na: 4\r\n\r\n"),
            (.addEnd(name: "X", value: Array("y\r\n\tz".utf8)), "A: 1\r\nB:2\r\n 3\r\na: 4\r\nX: y\r\n\tz\r\n\r\n"),
            (.remove(name: "a", nth: nil), "B:2\r\n 3\r\n\r\n"),
            (.remove(name: "A", nth: 1), "A: 1\r\nB:2\r\n 3\r\n\r\n"),
            (.remove(name: "A", nth: 2), "A: 1\r\nB:2\r\n 3\r\na: 4\r\n\r\n"),
            (.remove(name: "C", nth: nil), "A: 1\r\nB:2\r\n 3\r\na: 4\r\n\r\n"),
            (.replace(name: "b", value: Array("é".utf8), nth: 0), "A: 1\r\nb: é\r\na: 4\r\n\r\n"),
            (.replace(name: "A", value: [], nth: 1), "A: 1\r\nB:2\r\n 3\r\nA: \r\n\r\n"),
        ] as [(HeaderEdit, String)]
    )
    func edits(edit: HeaderEdit, expected: String) throws {
        var header = block("A: 1\r\nB:2\r\n 3\r\na: 4\r\n\r\n")
        try header.apply(edit)
        #expect(text(header) == expected)
    }

    @Test(
        "an edit that would break the message is refused, and changes nothing",
        arguments: [
            (.addTop(name: "", value: []), .badName), (.addTop(name: "A B", value: []), .badName),
            (.addTop(name: "A:", value: []), .badName), (.addTop(name: "A\r\nB", value: []), .badName),
            (.addEnd(name: "Ä", value: []), .badName), (.remove(name: "A ", nth: nil), .badName),
            (.addTop(name: "X", value: Array("a\nb".utf8)), .badValue),
            (.addTop(name: "X", value: Array("a\rb".utf8)), .badValue),
            (.addTop(name: "X", value: Array("a\r\nb".utf8)), .badValue),
            (.addTop(name: "X", value: Array("a\r\n".utf8)), .badValue),
            (.addTop(name: "X", value: Array("a\r\n ".utf8)), .badValue),
            (.addTop(name: "X", value: Array("a\r\n \r\n b".utf8)), .badValue),
            (.addTop(name: "X", value: Array("a\r\n\r\nbody".utf8)), .badValue),
            (.addEnd(name: "X", value: [0x61, 0, 0x62]), .badValue),
            (.replace(name: "A", value: Array("a\r".utf8), nth: 0), .badValue),
            (.replace(name: "A", value: [], nth: 1), .noSuchField),
            (.replace(name: "B", value: [], nth: 0), .noSuchField),
            (.replace(name: "A", value: [], nth: -1), .noSuchField),
            (.addTop(name: "X", value: [UInt8](repeating: 0x78, count: 996)), .lineTooLong),
            (.addTop(name: "X", value: Array("a\r\n ".utf8) + [UInt8](repeating: 0x78, count: 998)), .lineTooLong),
        ] as [(HeaderEdit, HeaderEditError)]
    )
    func refuses(edit: HeaderEdit, error: HeaderEditError) {
        var header = block("A: 1\r\n\r\n")
        #expect(throws: error) { try header.apply(edit) }
        #expect(text(header) == "A: 1\r\n\r\n")
    }

    @Test func aLineOf998BytesIsAllowed() throws {
        var header = block("")
        try header.apply(.addTop(name: "X", value: [UInt8](repeating: 0x78, count: 995)))
        #expect(header.bytes.count == 998 + 4)
    }

    /// A header with random fields, edited at random: every field that no edit named is there, byte for byte, in order.
    @Test("untouched fields stay byte for byte", arguments: 0..<30)
    func property(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var fields: [(name: String, line: [UInt8])] = (0..<Int.random(in: 0...12, using: &random)).map { _ in
            let name = ["A", "Bb", "c-D", "Received", "x_y"].randomElement(using: &random) ?? "A"
            let spelling = Bool.random(using: &random) ? name.uppercased() : name
            return (name.lowercased(), Array(spelling.utf8) + randomValue(&random))
        }
        var header = HeaderBlock(fields.flatMap(\.line) + [0x0D, 0x0A])
        for _ in 0..<20 {
            let name = ["A", "BB", "c-d", "received", "New"].randomElement(using: &random) ?? "A"
            let value = Array("v\(UInt8.random(in: 0...255, using: &random))".utf8)
            let line = Array("\(name): ".utf8) + value + [0x0D, 0x0A]
            let places = fields.indices.filter { fields[$0].name == name.lowercased() }
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                try header.apply(.addTop(name: name, value: value))
                fields.insert((name.lowercased(), line), at: 0)
            case 1:
                try header.apply(.addEnd(name: name, value: value))
                fields.append((name.lowercased(), line))
            case 2:
                try header.apply(.remove(name: name, nth: 1))
                if places.count > 1 { fields.remove(at: places[1]) }
            case 3:
                guard let place = places.last else { continue }
                try header.apply(.replace(name: name, value: value, nth: places.count - 1))
                fields[place].line = line
            default:
                guard places.count > 3 else { continue }
                try header.apply(.remove(name: name, nth: nil))
                fields.removeAll { $0.name == name.lowercased() }
            }
            #expect(header.bytes == fields.flatMap(\.line) + [0x0D, 0x0A])
            #expect(header.count(of: name) == fields.count { $0.name == name.lowercased() })
            #expect(HeaderBlock.end(of: header.bytes.span) == header.bytes.count)
        }
    }

    private func randomValue(_ random: inout SeededGenerator) -> [UInt8] {
        let start = Bool.random(using: &random) ? ": " : [" :", ":\t", ":"].randomElement(using: &random) ?? ":"
        var value = Array(start.utf8)
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            let byte = UInt8.random(in: 1...255, using: &random)
            value += byte == 0x0D || byte == 0x0A ? [0x0D, 0x0A, 0x09] : [byte]
        }
        return value + [0x0D, 0x0A]
    }
}

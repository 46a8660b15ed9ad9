import Mail
import Testing

@Suite struct MIMEReaderTests {
    /// A message, lines parted by "|", and its parts: "depth type body", the type "-" where there is none; of
    /// the message itself without the body.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let parts: [String]

        init(_ name: String, _ text: String, _ parts: String...) {
            self.name = name
            self.text = text.replacing("|", with: "\r\n")
            self.parts = parts
        }

        var testDescription: String { name }
    }

    private static let mixed = "Content-Type: multipart/mixed; boundary=b||"

    static let rows: [Row] = [
        Row("no text", "", "0 -"), Row("no header", "|hello|", "0 -"),
        Row("one part", "Subject: x||hello|", "0 -"),
        Row("a header only", "Subject: x|", "0 -"), Row("half a header", "Subject", "0 -"),
        Row("text", "Content-Type: text/plain||--b|x|", "0 text/plain"),
        Row(
            "two parts",
            mixed + "--b||one|--b|Content-Type: text/html||two|--b--|",
            "0 multipart/mixed",
            "1 - one",
            "1 text/html two"
        ),
        Row(
            "preamble and epilogue",
            mixed + "pre|b|-b|--c|--b||one|--b--|post|--b||no part|",
            "0 multipart/mixed",
            "1 - one"
        ),
        Row("no last boundary", mixed + "--b||one|", "0 multipart/mixed", "1 - one|"),
        Row("cut in a boundary", mixed + "--b||one|--b", "0 multipart/mixed", "1 - one", "1 - "),
        Row("cut in the last boundary", mixed + "--b||one|--b-", "0 multipart/mixed", "1 - one|--b-"),
        Row(
            "a last boundary without a line end",
            mixed + "--b||one|--b--",
            "0 multipart/mixed",
            "1 - one"
        ),
        Row("an empty part", mixed + "--b||--b--|", "0 multipart/mixed", "1 - "),
        Row("a part of an empty line", mixed + "--b|||--b--|", "0 multipart/mixed", "1 - "),
        Row(
            "no header and no empty line",
            mixed + "--b|--b|--b--|",
            "0 multipart/mixed",
            "1 - ",
            "1 - "
        ),
        Row(
            "a header that a boundary cuts off",
            mixed + "--b|Content-Type: text/html|--b--|",
            "0 multipart/mixed",
            "1 text/html "
        ),
        Row(
            "a part that begins without a header",
            mixed + "--b|one two|--b--|",
            "0 multipart/mixed",
            "1 - one two"
        ),
        Row(
            "a header that ends in a boundary",
            "Content-Type: multipart/mixed; boundary=b|--b||one|--b--|",
            "0 multipart/mixed",
            "1 - one"
        ),
        Row(
            "blanks behind boundaries",
            mixed + "--b \t||one|--b-- |x|",
            "0 multipart/mixed",
            "1 - one"
        ),
        Row(
            "many blanks behind a boundary",
            mixed + "--b\(String(repeating: " ", count: 200))||one|--b--|",
            "0 multipart/mixed",
            "1 - one"
        ),
        Row(
            "lines that begin like a boundary",
            mixed + "--bb|--b||--b-|--b-- x|--b--b|--B||x|--b--|",
            "0 multipart/mixed",
            "1 - --b-|--b-- x|--b--b|--B||x"
        ),
        Row(
            "a boundary within a line",
            mixed + "--b||x--b|x|--b--|",
            "0 multipart/mixed",
            "1 - x--b|x"
        ),
        Row(
            "an inner boundary that begins like the outer",
            mixed
                + "--b|Content-Type: multipart/alternative; boundary=bb||--bb||1|--bb||2|--bb--|--b||3|--b--|",
            "0 multipart/mixed",
            "1 multipart/alternative --bb||1|--bb||2|--bb--",
            "2 - 1",
            "2 - 2",
            "1 - 3"
        ),
        Row(
            "an inner multipart without its last boundary",
            mixed
                + "--b|Content-Type: multipart/alternative; boundary=c||--c||1|--b||2|--b--|",
            "0 multipart/mixed",
            "1 multipart/alternative --c||1",
            "2 - 1",
            "1 - 2"
        ),
        Row(
            "the outer boundary in the inner preamble",
            mixed
                + "--b|Content-Type: multipart/alternative; boundary=c||pre|--b||2|--c||x|--b--|",
            "0 multipart/mixed",
            "1 multipart/alternative pre",
            "1 - 2|--c||x"
        ),
        Row(
            "the same boundary within itself",
            mixed
                + "--b|Content-Type: multipart/alternative; boundary=b||--b||1|--b--|--b||2|--b--|",
            "0 multipart/mixed",
            "1 multipart/alternative --b||1|--b--",
            "2 - 1",
            "1 - 2"
        ),
        Row(
            "a message within a message",
            mixed
                + "--b|Content-Type: message/rfc822||Subject: y|\(mixed.replacing("=b", with: "=c"))--c||1|--c--|--b||2|--b--|",
            "0 multipart/mixed",
            "1 message/rfc822 Subject: y|Content-Type: multipart/mixed; boundary=c||--c||1|--c--",
            "2 multipart/mixed --c||1|--c--",
            "3 - 1",
            "1 - 2"
        ),
        Row(
            "a message that is a message",
            "Content-Type: message/rfc822||Content-Type: message/rfc822||a: b||x|",
            "0 message/rfc822",
            "1 message/rfc822 a: b||x|",
            "2 - x|"
        ),
        Row(
            "an encoded message",
            "Content-Type: message/rfc822|Content-Transfer-Encoding: BASE64||YTogYgo=|",
            "0 message/rfc822"
        ),
        Row(
            "a message in 8bit",
            "Content-Transfer-Encoding: 8bit|Content-Type: message/rfc822||a: b||x",
            "0 message/rfc822",
            "1 - x"
        ),
        Row(
            "a message that a boundary cuts off",
            mixed + "--b|Content-Type: message/rfc822||a: b|--b--|",
            "0 multipart/mixed",
            "1 message/rfc822 a: b|",
            "2 - "
        ),
        Row(
            "a message of nothing",
            mixed + "--b|Content-Type: message/rfc822||--b--|",
            "0 multipart/mixed",
            "1 message/rfc822 ",
            "2 - "
        ),
        Row(
            "a message without a header",
            "Content-Type: message/rfc822||no field|x",
            "0 message/rfc822",
            "1 - no field|x"
        ),
        Row(
            "a digest",
            "Content-Type: multipart/digest; boundary=b||--b||a: b||x|--b|Content-Type: text/plain||y|--b--|",
            "0 multipart/digest",
            "1 message/rfc822 a: b||x",
            "2 - x",
            "1 text/plain y"
        ),
        Row("no boundary", "Content-Type: multipart/mixed||--||x|", "0 multipart/mixed"),
        Row(
            "a boundary that is too long",
            "Content-Type: multipart/mixed; boundary=\(String(repeating: "x", count: 71))||x|",
            "0 multipart/mixed"
        ),
        Row(
            "the longest boundary",
            "Content-Type: multipart/mixed; boundary=\(String(repeating: "x", count: 70))||--\(String(repeating: "x", count: 70))||1|",
            "0 multipart/mixed",
            "1 - 1|"
        ),
        Row(
            "a folded field and a quoted boundary",
            "X: y|content-TYPE :| multipart/mixed;|\tboundary=\"a b\"|Z: z||--a b||1|--a b--|",
            "0 multipart/mixed",
            "1 - 1"
        ),
        Row(
            "a boundary in segments",
            "Content-Type: multipart/mixed; boundary*0=x; boundary*1=y||--xy||1|--xy--|",
            "0 multipart/mixed",
            "1 - 1"
        ),
        Row(
            "the first Content-Type counts",
            "Content-Type: text/plain|Content-Type: multipart/mixed; boundary=b||--b||1|",
            "0 text/plain"
        ),
        Row(
            "other names",
            "Content-Typ: multipart/mixed; boundary=b|Content-Types: multipart/mixed; boundary=b||--b||1|",
            "0 -"
        ),
        Row(
            "a field that is none",
            "Content-Type: multipart/mixed; boundary=b\0|x||--b||1|",
            "0 -"
        ),
        Row(
            "a field that begins with hyphens",
            mixed + "--b|--x: y|-z: a|Content-Type: text/html||1|--b--|",
            "0 multipart/mixed",
            "1 text/html 1"
        ),
        Row(
            "hyphens and a bare CR where a header begins",
            mixed + "--b|--x-\ry|--b|--x: y\rz|--b--|",
            "0 multipart/mixed",
            "1 - --x-\ry",
            "1 - --x: y\rz"
        ),
        Row(
            "bare line ends",
            mixed + "--b||1\n--b\n2\r--b\r3|--b--|",
            "0 multipart/mixed",
            "1 - 1\n--b\n2\r--b\r3"
        ),
        Row("a CR in front of a line end", mixed + "--b||1\r|--b--|", "0 multipart/mixed", "1 - 1\r"),
    ]

    private func read(_ input: [UInt8], _ cuts: [Int], keeping: Int = 1000) -> MIMEReader {
        var reader = MIMEReader(keeping: keeping)
        var start = 0
        for cut in cuts + [input.count] {
            reader.read(input.span.extracting(start..<cut))
            start = cut
        }
        reader.finish()
        return reader
    }

    private func described(_ reader: MIMEReader, _ input: [UInt8]) -> [String] {
        reader.parts.map { part in
            // Of the message itself it is all behind the header, as another test has it.
            guard part.depth > 0 else { return "0 \(part.type?.value ?? "-")" }
            let body = String(decoding: input[part.body], as: UTF8.self).replacing("\r\n", with: "|")
            return "\(part.depth) \(part.type?.value ?? "-") \(body)"
        }
    }

    @Test("the parts of a message are found however it is cut", arguments: rows)
    func finds(_ row: Row) {
        let input = Array(row.text.utf8)
        let whole = read(input, [])
        #expect(described(whole, input) == row.parts)
        #expect(whole.count == row.parts.count - 1)
        #expect(read(input, Array(0..<input.count)).parts == whole.parts)
        for cut in 0..<input.count { #expect(read(input, [cut]).parts == whole.parts, "cut at \(cut)") }
        let counted = read(input, [], keeping: 0)
        #expect(counted.count == whole.count && counted.parts.isEmpty)
    }

    @Test("a header's range ends where a header block does, and parents come before their parts", arguments: rows)
    func ranges(_ row: Row) throws {
        let input = Array(row.text.utf8)
        let parts = read(input, []).parts
        #expect(parts.first?.header == 0..<(HeaderBlock.end(of: input.span) ?? input.count))
        #expect(parts.first?.whole == 0..<input.count)
        for (index, part) in parts.enumerated() {
            #expect(part.header.upperBound == part.body.lowerBound)
            let parent = try part.parent.map { try #require($0 < index ? parts[$0] : nil) }
            #expect((parent?.depth ?? -1) == part.depth - 1)
            if let parent {
                #expect(
                    parent.body.lowerBound <= part.whole.lowerBound && part.whole.upperBound <= parent.body.upperBound
                )
            }
        }
    }

    @Test(
        "nothing is looked at once no boundary can come",
        arguments: [
            ("Subject: x\r\n\r\n", true), ("Subject: x\r\n", false), (mixedText, false),
            (mixedText + "--b--\r\n", true),
            ("Content-Type: message/rfc822\r\n\r\n", false), ("Content-Type: message/rfc822\r\n\r\na: b\r\n\r\n", true),
        ]
    )
    func isOver(_ text: String, _ isOver: Bool) {
        var reader = MIMEReader()
        let input = Array(text.utf8)
        reader.read(input.span)
        #expect(reader.isOver == isOver)
    }

    private static let mixedText = mixed.replacing("|", with: "\r\n")

    @Test("no more parts are kept than asked for, and all are counted", arguments: [1, 2, 10])
    func keeps(_ keeping: Int) {
        let text = Self.mixedText + String(repeating: "--b\r\n\r\nx\r\n", count: 50) + "--b--\r\n"
        let reader = read(Array(text.utf8), [], keeping: keeping)
        #expect(reader.parts.count == keeping && reader.count == 50)
        #expect(reader.parts.allSatisfy { $0.body.upperBound <= text.utf8.count })
    }

    @Test("what is nested too deeply is not looked into")
    func isBounded() {
        var text = ""
        for depth in 0..<150 { text += "Content-Type: multipart/mixed; boundary=b\(depth)\r\n\r\n--b\(depth)\r\n" }
        let reader = read(Array(text.utf8), [])
        #expect(reader.parts.map(\.depth).max() == 100 && reader.count == 100)
        let messages = String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 150)
        #expect(read(Array(messages.utf8), []).count == 100)
    }
}

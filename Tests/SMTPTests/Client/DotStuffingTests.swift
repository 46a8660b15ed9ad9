import SMTP
import Testing

@Suite struct DotStuffingTests {
    static let rows: [(text: String, stuffed: String)] = [
        ("", ".\r\n"),
        ("a\r\n", "a\r\n.\r\n"),
        ("a", "a\r\n.\r\n"),
        (".", "..\r\n.\r\n"),
        (".\r\n", "..\r\n.\r\n"),
        ("..\r\n", "...\r\n.\r\n"),
        ("a.b\r\n.c\r\n", "a.b\r\n..c\r\n.\r\n"),
        ("\r\n.\r\n\r\n", "\r\n..\r\n\r\n.\r\n"),
        ("a\r\n.\r\n.\r\nb", "a\r\n..\r\n..\r\nb\r\n.\r\n"),
        ("\0.\0\r\n.\0", "\0.\0\r\n..\0\r\n.\r\n"),
        (
            "a long line of text that a vector of bytes does not hold\r\n.and one\r\n",
            "a long line of text that a vector of bytes does not hold\r\n..and one\r\n.\r\n"
        ),
    ]

    private func stuff(_ text: [UInt8], cuts: [Int]) -> String {
        var stuffing = DotStuffing()
        var output: [UInt8] = []
        var start = 0
        for cut in cuts + [text.count] {
            stuffing.append(text.span.extracting(start..<cut), to: &output)
            start = cut
        }
        stuffing.finish(&output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("dots are doubled and the end is marked, wherever the text is cut", arguments: rows)
    func isStuffed(row: (text: String, stuffed: String)) {
        let text = Array(row.text.utf8)
        #expect(stuff(text, cuts: []) == row.stuffed)
        #expect(stuff(text, cuts: Array(0..<text.count)) == row.stuffed)
        for cut in 0...text.count { #expect(stuff(text, cuts: [cut]) == row.stuffed) }
    }

    @Test("one writer serves one message after another")
    func again() {
        var stuffing = DotStuffing()
        var output: [UInt8] = []
        for text in ["a", ".b\r\n"] {
            stuffing.append(Array(text.utf8).span, to: &output)
            stuffing.finish(&output)
        }
        #expect(String(decoding: output, as: UTF8.self) == "a\r\n.\r\n..b\r\n.\r\n")
    }

    @Test func aBareLineFeedTraps() async {
        await #expect(processExitsWith: .failure) {
            var stuffing = DotStuffing()
            var output: [UInt8] = []
            stuffing.append(Array("a\n.\r\nMAIL FROM:<>\r\n".utf8).span, to: &output)
        }
    }

    @Test func aBareReturnTraps() async {
        await #expect(processExitsWith: .failure) {
            var stuffing = DotStuffing()
            var output: [UInt8] = []
            stuffing.append(Array("a\r".utf8).span, to: &output)
            stuffing.append(Array(".\r\n".utf8).span, to: &output)
        }
    }

    @Test func aBareReturnAtTheEndTraps() async {
        await #expect(processExitsWith: .failure) {
            var stuffing = DotStuffing()
            var output: [UInt8] = []
            stuffing.append(Array("a\r".utf8).span, to: &output)
            stuffing.finish(&output)
        }
    }
}

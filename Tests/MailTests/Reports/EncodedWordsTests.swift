import Testing

@testable import Mail

@Suite struct EncodedWordsTests {
    @Test(
        "encoded words are read as far as they can be",
        arguments: [
            ("", ""), ("plain", "plain"), ("=?UTF-8?Q?a_b=C3=BC?=", "a bü"), ("=?utf-8?b?w7w=?=", "ü"),
            ("x =?utf-8?q?y?= z", "x y z"), ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"), ("=?utf-8?q?a?=  b", "a  b"),
            ("=?iso-8859-1?Q?=FC?=", "ü"), ("=?us-ascii*en?Q?a?=", "a"), ("=?koi8-r?Q?=FC?=", "=?koi8-r?Q?=FC?="),
            ("=?utf-8?x?a?=", "=?utf-8?x?a?="), ("=?utf-8?q?a", "=?utf-8?q?a"), ("=?utf-8?q?a b?=", "=?utf-8?q?a b?="),
            ("=?", "=?"), ("=?=?utf-8?q?a?=", "=?a"), ("=?utf-8?q??=", ""), ("=?utf-8?q?=4?=", "=4"),
        ]
    )
    func decodes(_ text: String, _ result: String) { #expect(EncodedWords.decode(text) == result) }

    @Test(
        "what is written is read again",
        arguments: [
            "", "plain words", "ü", "a ü b", "ä ö ü", "=?utf-8?q?a?=", "Müller & Söhne <x>", "用户 👩‍👩‍👧 e\u{301}",
            String(repeating: "ü", count: 300), String(repeating: "a ü ", count: 50), "ü  two blanks  ü", "=?",
            "a_b=ü?",
        ]
    )
    func encodes(_ text: String) {
        let encoded = EncodedWords.encode(text)
        #expect(encoded.utf8.allSatisfy { $0 < 0x80 })
        for word in encoded.split(separator: " ") where word.hasPrefix("=?") { #expect(word.utf8.count <= 75) }
        #expect(Array(EncodedWords.decode(encoded).utf8) == Array(text.utf8))
    }

    @Test("a field that is unfolded is what it was", arguments: 0..<200)
    func folds(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let words = (0..<Int.random(in: 1...40, using: &random)).map { _ in
            String(repeating: "x", count: Int.random(in: 0...100, using: &random))
        }
        let value = SafeText.oneLine(words.joined(separator: " "))
        var output: [UInt8] = []
        FieldWriter.append("Name", value, to: &output)
        let text = String(decoding: output, as: UTF8.self)
        #expect(
            text.replacing("\r\n ", with: " ").replacing("\r\n", with: "") == "Name: \(value.isEmpty ? "-" : value)"
        )
        for line in text.split(separator: "\r\n") {
            #expect(line.utf8.count <= 78 || !line.dropFirst(6).contains(" "), "\(line)")
            #expect(!line.utf8.allSatisfy { $0 == 0x20 })
        }
    }

    @Test("quoted-printable comes back as it was", arguments: 0..<100)
    func quotes(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pool: [[UInt8]] = [
            [0x0D, 0x0A], [0x0D], [0x0A], [0x20], [0x09], [0x3D], [0xC3, 0xBC], [0], [0x41], [0x2E],
        ]
        var text: [UInt8] = []
        for _ in 0..<300 {
            text += Array(
                repeating: pool.randomElement(using: &random) ?? [],
                count: Int.random(in: 1...20, using: &random)
            )
            .joined()
        }
        var encoded: [UInt8] = []
        QuotedPrintable.encode(text.span, to: &encoded)
        var decoded: [UInt8] = []
        var decoder = QuotedPrintableDecoder()
        decoder.decode(encoded.span, into: &decoded)
        decoder.finish(into: &decoded)
        #expect(decoded == text)
        for line in ReportSamples.lines(encoded) {
            #expect(line.count <= 76 && line.allSatisfy { $0 < 0x7F && $0 >= 0x20 || $0 == 0x09 })
        }
    }
}

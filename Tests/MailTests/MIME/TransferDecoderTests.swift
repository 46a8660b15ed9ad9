import Mail
import Testing

@Suite struct TransferDecoderTests {
    /// What comes out for each way to cut the input in two, and byte by byte.
    private func outputs(_ text: String, _ decode: ([Span<UInt8>.Index], [UInt8]) -> [UInt8]) -> [[UInt8]] {
        let input = Array(text.utf8)
        return [decode([], input), decode(Array(0..<input.count), input)]
            + (0..<input.count).map { decode([$0], input) }
    }

    private func base64(_ cuts: [Int], _ input: [UInt8]) -> [UInt8] {
        var decoder = Base64Decoder()
        var output: [UInt8] = []
        var start = 0
        for cut in cuts + [input.count] {
            decoder.decode(input.span.extracting(start..<cut), into: &output)
            start = cut
        }
        decoder.finish(into: &output)
        return output
    }

    private func quotedPrintable(_ cuts: [Int], _ input: [UInt8]) -> [UInt8] {
        var decoder = QuotedPrintableDecoder()
        var output: [UInt8] = []
        var start = 0
        for cut in cuts + [input.count] {
            decoder.decode(input.span.extracting(start..<cut), into: &output)
            start = cut
        }
        decoder.finish(into: &output)
        return output
    }

    @Test(
        "base64 is decoded however it is cut",
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmFy", "foobar"),
            ("Zm9v\r\nYmFy\r\n", "foobar"), ("Z m-9*v", "foo"), ("Zg", "f"), ("Zm8", "fo"), ("Z", ""), ("=", ""),
            ("====", ""), ("Zg==Zm8=", "ffo"), ("Zg=Zm8", "ffo"), ("Z=g", ""),
        ]
    )
    func decodesBase64(_ text: String, _ expected: String) {
        for output in outputs(text, base64) { #expect(output == Array(expected.utf8)) }
    }

    @Test("base64 holds all bytes")
    func decodesAll() {
        let text = "++//AIEB/4A="
        #expect(base64([], Array(text.utf8)) == [0xFB, 0xEF, 0xFF, 0x00, 0x81, 0x01, 0xFF, 0x80])
    }

    @Test(
        "quoted-printable is decoded however it is cut",
        arguments: [
            ("", ""), ("abc", "abc"), ("a=3Db", "a=b"), ("a=3db", "a=b"), ("a=\r\nb", "ab"), ("a= \t\r\nb", "ab"),
            ("a \t\r\nb", "a\r\nb"), ("a b", "a b"), ("a ", "a"), ("a=", "a"), ("a=3", "a=3"), ("a=3x", "a=3x"),
            ("a=xy", "a=xy"), ("a==3D", "a=="), ("a=\nb", "ab"), ("a \nb", "a\nb"), ("a=\rb", "a=\rb"),
            ("a \rb", "a \rb"),
            ("=C3=A4", "\u{e4}"), ("a =20\r\nb", "a  \r\nb"), ("a= b", "a= b"), ("a \r\r\nb", "a \r\r\nb"),
            ("=\r\n=\r\n", ""), ("  =3D", "  ="), ("a=20", "a "), ("a=\r", "a"), ("a \r", "a\r"),
        ]
    )
    func decodesQuotedPrintable(_ text: String, _ expected: String) {
        for output in outputs(text, quotedPrintable) { #expect(output == Array(expected.utf8)) }
    }

    @Test("blanks without end take no memory without end", arguments: [" ", "= "])
    func isBounded(_ start: String) {
        let text = "a\(start)" + String(repeating: " ", count: 100_000) + "b"
        #expect(quotedPrintable([50_000], Array(text.utf8)) == Array(text.utf8))
    }
}

import Mail
import Testing

@Suite struct MIMEFieldTests {
    private func read(_ text: String) -> MIMEField? { MIMEField(text.utf8.span) }

    @Test(
        "a field's value and parameters are read",
        arguments: [
            ("text/plain", "text/plain", []), ("Text/HTML; Charset=UTF-8", "text/html", ["charset=UTF-8"]),
            (" text / plain ; a = b ", "text/plain", ["a=b"]), ("base64", "base64", []), ("text", "text", []),
            ("attachment; filename=\"a b; c\\\"d.txt\"", "attachment", ["filename=a b; c\"d.txt"]),
            ("multipart/mixed; boundary=----=_Part/1", "multipart/mixed", ["boundary=----=_Part/1"]),
            ("text/plain (a (nested) comment); a=b (x)", "text/plain", ["a=b"]),
            ("text/plain (\\) ;a=1); a=b", "text/plain", ["a=b"]), ("text/plain; a=(x)b", "text/plain", ["a=b"]),
            ("text/plain;\r\n\ta=b;\r\n c=d", "text/plain", ["a=b", "c=d"]),
            ("text/plain; a=\"b\r\n c\"", "text/plain", ["a=b c"]), ("text/plain; a=\"b", "text/plain", ["a=b"]),
            ("text/plain; ; =x; y; a=b", "text/plain", ["a=b"]), ("text/plain; a=b; A=c", "text/plain", ["a=b"]),
            ("text/plain a=b; c=d", "text/plain", ["c=d"]), ("text/plain; a=", "text/plain", ["a="]),
            ("text/plain; a=b c; d=e", "text/plain", ["a=b", "d=e"]),
            ("text/plain; a=\"x;y\" z; d=e", "text/plain", ["a=x;y", "d=e"]),
            ("text/", "text/", []), ("x; a=\u{e4}", "x", ["a=\u{e4}"]),
            // RFC 2231 §3, §4, §4.1
            (
                "message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/pub\"",
                "message/external-body", ["access-type=URL", "url=ftp://cs.utk.edu/pub"]
            ),
            (
                "application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "application/x-stuff",
                ["title=This is ***fun***"]
            ),
            (
                "application/x-stuff; title*2=\"isn't it!\"; title*1*=%2A%2A%2Afun%2A%2A%2A%20;"
                    + " title*0*=us-ascii'en'This%20is%20even%20more%20", "application/x-stuff",
                ["title=This is even more ***fun*** isn't it!"]
            ),
            ("a; f*=UTF-8''%e2%82%ac%20rates", "a", ["f=\u{20ac} rates"]),
            ("a; f*=iso-8859-1'en'%A3", "a", ["f=\u{a3}"]),
            ("a; f=plain; f*=utf-8''better", "a", ["f=better"]), ("a; f=plain; f*0=better", "a", ["f=better"]),
            ("a; f*0=x; f*2=z", "a", ["f=x"]), ("a; f*1=x", "a", []), ("a; f*00=x", "a", ["f*00=x"]),
            ("a; f*=100%", "a", ["f=100%"]), ("a; f*=%zz%4", "a", ["f=%zz%4"]), ("a; *=x", "a", ["*=x"]),
            ("a; f*0*=a'b; f*1=c", "a", ["f=a'bc"]),
        ] as [(String, String, [String])]
    )
    func reads(_ text: String, _ value: String, _ parameters: [String]) throws {
        let bytes = Array(text.utf8)
        let field = try #require(read(text))
        #expect(field.value == value)
        #expect(field.parameters.map { "\($0.name)=\($0.text)" } == parameters)
        for parameter in field.parameters { #expect(field.parameter(parameter.name.uppercased()) == parameter) }
        // However it ends, it is read.
        for end in 0..<bytes.count { _ = MIMEField(bytes.span.extracting(..<end)) }
    }

    @Test(
        "what begins with no word is no field",
        arguments: ["", " ", ";", "; a=b", "/plain", "\"text\"/plain", "(x)"]
    )
    func refuses(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test("a charset is told, and bytes stay as they are")
    func tellsCharset() throws {
        let field = try #require(read("a; f*=KOI8-R'ru'%F0; g=x"))
        #expect(field.parameter("f")?.charset == "koi8-r" && field.parameter("f")?.bytes == [0xF0])
        #expect(field.parameter("g")?.charset == nil && field.parameter("h") == nil)
        #expect(field.mainType == "a")
    }

    @Test("parameters without end are read to a bound")
    func isBounded() throws {
        let text = "a" + (0..<1000).map { "; p\($0)=x" }.joined()
        #expect(try #require(read(text)).parameters.count == 128)
    }
}

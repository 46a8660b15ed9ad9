import Testing

@testable import Config

struct JSONReaderTests {
    private func fault(_ text: String) -> String? {
        do throws(JSONReader.Fault) {
            _ = try JSONReader.read(text, path: "x.json", isShipped: false)
            return nil
        } catch {
            return "\(error.line): \(error.message)"
        }
    }

    @Test(arguments: [
        #"{"a":1,"b":[true,false,null],"c":{"d":"e"}}"#, "[]", "{}", "1.5", "-3", #""""#, #"[[[]]]"#,
        #"{"b":1,"a":2}"#, #""\u0001\u007f""#,
    ])
    func `What is read is written back as it was`(text: String) throws {
        #expect(JSONWriter.text(of: try JSONReader.read(text, path: "x", isShipped: false).value) == text)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e4\u20ac""#, "ä€"), (#""\ud83d\ude00""#, "😀"),
        ("\"ä😀\"", "ä😀"),
    ])
    func `Escapes are understood`(text: String, value: String) throws {
        #expect(try JSONReader.read(text, path: "x", isShipped: false).value == .text(value))
    }

    @Test(arguments: [
        ("{\n\"a\": 1,\n}", "3: a key in quotes expected, not '}'"),
        ("[1 2]", "1: ',' or ']' expected, not '2'"),
        ("{\"a\" 1}", "1: ':' expected, not '1'"),
        ("", "1: a value expected, but the file ends"),
        ("[1]\n\n]", "3: ']' after the end of the value"),
        ("tru", "1: a value expected, not 't'"),
        ("01", "1: '01' is no number"), ("1.", "1: '1.' is no number"), ("-", "1: '-' is no number"),
        ("1e999", "1: '1e999' is no number"), ("1-2", "1: '1-2' is no number"),
        ("\"a", "1: a text in quotes that does not end"),
        ("\"\t\"", "1: a control character inside quotes; write it as \\u0009"),
        (#""\x""#, "1: '\\x' is no escape"), (#""\ud83d""#, "1: half of a surrogate pair"),
        (#""\u12""#, "1: \\u needs four hexadecimal digits"),
        ("{\"a\":1,\n\"a\":2}", "2: the key 'a' is there twice"),
        (String(repeating: "[", count: 1000), "1: more than 64 levels"),
    ])
    func `What is no JSON is told with its line`(text: String, message: String) {
        #expect(fault(text) == message)
    }

    @Test func `Control characters and quotes are escaped, everything else is left as it is`() {
        let value = ConfigValue.text("a\"b\\c\n\r\t\u{0}\u{1F}\u{7F}ä</script>")
        #expect(JSONWriter.text(of: value) == #""a\"b\\c\n\r\t\u0000\u001f\u007fä</script>""#)
    }
}

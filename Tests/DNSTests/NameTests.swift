import Testing

@testable import DNS

@Suite struct NameTests {
    @Test(arguments: [
        ("example.com", "example.com"),
        ("Example.COM.", "example.com"),
        (".", "."),
        ("_25._tcp.mx.example", "_25._tcp.mx.example"),
        (#"a\.b.example"#, #"a\.b.example"#),
        (#"\097bc.example"#, "abc.example"),
        (#"\065bc.example"#, "abc.example"),
        (#"a\000b.example"#, #"a\000b.example"#),
        (#"a\032b.example"#, #"a\032b.example"#),
        (#"a\255.example"#, #"a\255.example"#),
        (#"a\\b.example"#, #"a\\b.example"#),
        (#"a\x.example"#, "ax.example"),
        ("a;b.example", #"a\;b.example"#),
        ("*.example", "*.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("日本語。テスト", "xn--wgv71a119e.xn--zckzah"),
    ])
    func `a name is read into the text that DNS compares by`(text: String, canonical: String) throws {
        let name = try Name(text)
        #expect(name.text == canonical)
        #expect(try Name(name.text) == name)
    }

    @Test(arguments: [
        ("", NameError.empty),
        ("a..b", .emptyLabel),
        (".a", .emptyLabel),
        ("a..", .emptyLabel),
        ("..", .emptyLabel),
        (String(repeating: "a", count: 64), .labelTooLong),
        (#"a\"#, .badEscape),
        (#"a\25"#, .badEscape),
        (#"a\256"#, .badEscape),
        (#"a\2x5"#, .badEscape),
        (#"a\ b"#, .badEscape),
        ("a b", .badByte(0x20)),
        ("a\0b", .badByte(0)),
        ("a\r\nb", .badByte(13)),
        ("ü b", .badByte(0x20)),
        ("ü\0", .badByte(0)),
        ("a\u{7F}", .badByte(0x7F)),
    ])
    func `nonsense is refused`(text: String, error: NameError) {
        #expect(throws: error) { try Name(text) }
    }

    @Test(arguments: [
        "ü\u{200B}..x", "ü\u{2000}a", "a\u{0301}\u{E000}", "xn--ü", "ü" + String(repeating: "ö", count: 70),
    ])
    func `a name that IDNA doesn't allow is refused`(text: String) {
        #expect(throws: NameError.self) { try Name(text) }
    }

    @Test func `a label has 63 bytes at most and a name 255`() throws {
        let label = String(repeating: "a", count: 63)
        let longest = [label, label, label, String(repeating: "a", count: 61)].joined(separator: ".")
        #expect(try Name(longest).text == longest)
        #expect(throws: NameError.nameTooLong) { try Name(longest + "b") }
        #expect(throws: NameError.nameTooLong) { try Name(longest).prefixed(by: "_25._tcp") }
        #expect(throws: NameError.labelTooLong) { try Name(#"\065"# + label) }
    }

    @Test func `labels are put before a name`() throws {
        #expect(try Name("mx.example").prefixed(by: "_25._tcp").text == "_25._tcp.mx.example")
        #expect(try Name.root.prefixed(by: "com").text == "com")
    }

    @Test(
        arguments: [
            ([0], "."),
            ([1, 65, 0], "a"),
            ([3, 97, 46, 98, 2, 0, 255, 0], #"a\.b.\000\255"#),
            ([2, 0x40, 0x24, 0], #"\@\$"#),
        ] as [([UInt8], String)]
    )
    func `a name on the wire is read`(bytes: [UInt8], text: String) throws {
        let name = try Name(wire: bytes.span, from: 0)
        #expect(name.text == text)
        #expect(try Name(name.text) == name)
    }

    @Test(
        arguments: [[], [1], [1, 65], [0, 0], [0xC0, 0], [64] + Array(repeating: 65, count: 64) + [0]] as [[UInt8]]
    )
    func `a broken name on the wire is refused`(bytes: [UInt8]) {
        #expect(throws: NameError.malformed) { try Name(wire: bytes.span, from: 0) }
    }

    @Test func `a name on the wire of more than 255 bytes is refused`() {
        let label = [63] + [UInt8](repeating: UInt8(ascii: "a"), count: 63)
        let bytes = label + label + label + label + [0]
        #expect(throws: NameError.nameTooLong) { try Name(wire: bytes.span, from: 0) }
    }
}

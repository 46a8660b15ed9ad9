import Foundation
import Mail
import Testing

@Suite struct AddressTests {
    @Test(
        "an address is read as RFC 5321 and RFC 6531 have it",
        arguments: [
            ("user@example.org", "user", "example.org"),
            ("<user@example.org>", "user", "example.org"),
            ("User.Name@Example.ORG", "User.Name", "example.org"),
            ("a@b", "a", "b"),
            ("!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~", "example.org"),
            ("user+tag@example.org", "user+tag", "example.org"),
            ("joe%relay.example@example.org", "joe%relay.example", "example.org"),
            ("1@1.2.3.4", "1", "1.2.3.4"),
            ("a@xn--bcher-kva.example", "a", "xn--bcher-kva.example"),
            ("a@a-b.c-d", "a", "a-b.c-d"),
            ("\"\"@example.org", "", "example.org"),
            ("\"a b\"@example.org", "a b", "example.org"),
            ("\"a\\\"b\\\\c\"@example.org", "a\"b\\c", "example.org"),
            ("\"a\\b\"@example.org", "ab", "example.org"),
            ("\"a@b\"@example.org", "a@b", "example.org"),
            ("\".a..\"@example.org", ".a..", "example.org"),
            ("\"plain\"@example.org", "plain", "example.org"),
            ("\"<>\"@example.org", "<>", "example.org"),
            ("a@[192.0.2.1]", "a", "[192.0.2.1]"),
            ("a@[255.255.255.255]", "a", "[255.255.255.255]"),
            ("a@[IPv6:2001:DB8::1]", "a", "[IPv6:2001:db8::1]"),
            ("a@[ipv6:::1]", "a", "[IPv6:::1]"),
            ("a@[IPv6:::]", "a", "[IPv6:::]"),
            ("a@[IPv6:1:2:3:4:5:6:7:8]", "a", "[IPv6:1:2:3:4:5:6:7:8]"),
            ("a@[IPv6:1:2:3:4:5:6:192.0.2.1]", "a", "[IPv6:1:2:3:4:5:6:192.0.2.1]"),
            ("a@[IPv6:::ffff:192.0.2.1]", "a", "[IPv6:::ffff:192.0.2.1]"),
            ("a@[IPv6:1:2:3:4:5:6::]", "a", "[IPv6:1:2:3:4:5:6::]"),
            ("<@a.example:user@example.org>", "user", "example.org"),
            ("<@a.example,@[192.0.2.1],@b.example:user@example.org>", "user", "example.org"),
            ("postmaster", "postmaster", ""),
            ("<PostMaster>", "PostMaster", ""),
            ("jörg@bücher.example", "jörg", "bücher.example"),
            ("用户@例子.例子", "用户", "例子.例子"),
            ("\"jö rg\"@example.org", "jö rg", "example.org"),
            ("ü@BÜCHER.Example", "ü", "bÜcher.example"),
        ]
    )
    func reads(text: String, local: String, domain: String) throws {
        let address = try Address(parsing: text)
        #expect(address.local == local)
        #expect(address.domain == domain)
        #expect(!address.isNull)
        #expect(try Address(parsing: address.text) == address)
        #expect(try Address(parsing: "\(address)") == address)
        #expect(try Address(local: address.local, domain: address.domain) == address)
    }

    @Test(
        "what is no address is refused, with the reason",
        arguments: [
            ("", .empty), ("<>", .empty), ("user", .missingDomain), ("<user>", .missingDomain),
            ("user@", .missingDomain), ("@example.org", .malformedLocal), ("<@example.org>", .malformedPath),
            ("user@@example.org", .missingDomain), ("a@b@c", .malformedPath), ("a b@example.org", .malformedLocal),
            (".a@example.org", .malformedLocal), ("a.@example.org", .malformedLocal),
            ("a..b@example.org", .malformedLocal), ("a@.example", .missingDomain), ("a@example.", .malformedDomain),
            ("a@example..org", .malformedDomain), ("a@-b.example", .malformedDomain),
            ("a@b-.example", .malformedDomain), ("a@b_c.example", .malformedDomain), ("a@b c", .malformedPath),
            ("<a@b", .malformedPath), ("a@b>", .malformedPath), ("<a@b>>", .malformedPath),
            ("<<a@b>>", .malformedLocal),
            ("\"a@example.org", .malformedLocal), ("\"a\"b@example.org", .malformedLocal),
            ("\"a\u{1}\"@example.org", .malformedLocal), ("\"a\\", .malformedLocal), ("a\u{0}@b", .malformedLocal),
            ("a\r\n@b", .malformedLocal), ("a@b\r\n", .malformedPath), ("a(comment)@b", .malformedLocal),
            ("a@[192.0.2]", .malformedDomain), ("a@[192.0.2.256]", .malformedDomain),
            ("a@[192.0.2.1.5]", .malformedDomain), ("a@[192.0.2.]", .malformedDomain),
            ("a@[1920.0.2.1]", .malformedDomain), ("a@[192.0.2.1", .malformedDomain), ("a@[]", .malformedDomain),
            ("a@[IPv6:]", .malformedDomain), ("a@[IPv6:1:2:3:4:5:6:7]", .malformedDomain),
            ("a@[IPv6:1:2:3:4:5:6:7:8:9]", .malformedDomain), ("a@[IPv6:1::2::3]", .malformedDomain),
            ("a@[IPv6:1:2:3:4:5:6:7::]", .malformedDomain), ("a@[IPv6:12345::]", .malformedDomain),
            ("a@[IPv6::1]", .malformedDomain), ("a@[IPv6:1:]", .malformedDomain), ("a@[IPv6:g::]", .malformedDomain),
            ("a@[IPv6:::192.0.2.1:1]", .malformedDomain), ("a@[2001:db8::1]", .malformedDomain),
            ("a@[tag:content]", .malformedDomain), ("a@[192.0.2.1]x", .malformedDomain),
            ("<@a.example user@example.org>", .malformedPath), ("<@a.example,:user@example.org>", .malformedPath),
            ("<@a.example,@b.example>", .malformedPath), ("a@b\u{3002}c", .badEncoding), ("a@b\u{ad}c", .badEncoding),
            ("a\u{200b}b@c", .badEncoding), ("a\u{85}@b", .badEncoding), ("a@b\u{ff0e}c", .badEncoding),
        ] as [(String, AddressError)]
    )
    func refuses(text: String, error: AddressError) {
        #expect(throws: error) { try Address(parsing: text) }
    }

    @Test func lengthsAreBounded() throws {
        let label = String(repeating: "d", count: 63)
        let longest = "\(label).\(label).\(label).\(label)"
        #expect(longest.utf8.count == 255)
        let local = String(repeating: "l", count: 64)
        #expect(try Address(parsing: "\(local)@\(longest)").text == "\(local)@\(longest)")
        #expect(throws: AddressError.localTooLong) { try Address(parsing: "l\(local)@\(longest)") }
        #expect(throws: AddressError.localTooLong) { try Address(parsing: "\"l\(local)\"@\(longest)") }
        #expect(throws: AddressError.localTooLong) { try Address(local: "l\(local)", domain: "b") }
        #expect(throws: AddressError.domainTooLong) { try Address(parsing: "a@d\(label)") }
        #expect(throws: AddressError.domainTooLong) { try Address(parsing: "a@d.\(longest)") }
        #expect(throws: AddressError.domainTooLong) { try Address(local: "a", domain: "d.\(longest)") }
        #expect(try Address(parsing: "l\(local)@b", allowing: .tolerant).local.utf8.count == 65)
    }

    @Test(
        "careless addresses are read where that is allowed",
        arguments: [(".a@b", ".a", "b"), ("a..b.@c", "a..b.", "c"), ("a@_dmarc.b_c", "a", "_dmarc.b_c")]
    )
    func tolerates(text: String, local: String, domain: String) throws {
        let address = try Address(parsing: text, allowing: .tolerant)
        #expect(address.local == local)
        #expect(address.domain == domain)
    }

    @Test func theNullPathIsAllowedWhereItIsAskedFor() throws {
        #expect(try Address(parsing: "", allowing: .null).isNull)
        #expect(try Address(parsing: "<>", allowing: .null) == .null)
        #expect(Address.null.text.isEmpty)
        #expect("\(Address.null)" == "<>")
        #expect(try Address(local: "", domain: "") == .null)
    }

    @Test func utf8NeedsToBeAllowed() {
        for text in ["jörg@b", "a@bücher", "\"ö\"@b"] {
            #expect(throws: AddressError.nonASCII) { try Address(parsing: text, allowing: []) }
        }
    }

    @Test(
        "parts that make no address are refused",
        arguments: [
            ("a", "b c", .malformedDomain), ("a\n", "b", .malformedLocal), ("a", "[192.0.2.1]x", .malformedDomain),
            ("somebody", "", .missingDomain), ("a", "b>", .malformedDomain), ("a\u{202e}", "b", .badEncoding),
        ] as [(String, String, AddressError)]
    )
    func refusesParts(local: String, domain: String, error: AddressError) {
        #expect(throws: error) { try Address(local: local, domain: domain) }
    }

    @Test func aLocalPartIsQuotedWhereTheGrammarNeedsIt() throws {
        #expect(try Address(local: "a b", domain: "c").text == "\"a b\"@c")
        #expect(try Address(local: "a\"\\", domain: "c").text == "\"a\\\"\\\\\"@c")
        #expect(try Address(local: "a.b", domain: "c").text == "a.b@c")
        #expect(try Address(local: "a.", domain: "c").text == "\"a.\"@c")
        #expect(try Address(local: "", domain: "c").text == "\"\"@c")
        #expect(try Address(parsing: "a@b") == Address(parsing: "\"a\"@B"))
    }

    /// The Kelvin sign is a K to Unicode, and another mailbox to every server.
    @Test func addressesAreEqualByteForByte() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Corpus/Address/kelvin")
        let text = String(decoding: try Data(contentsOf: file).dropFirst(2), as: UTF8.self)
        let address = try Address(parsing: text)
        let other = try Address(parsing: "\u{212A}" + text.dropFirst())
        #expect(address != other)
        #expect(Set([address, other, try Address(parsing: text)]).count == 2)
    }
}

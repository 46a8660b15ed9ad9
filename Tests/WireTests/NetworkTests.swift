import Testing

@testable import Wire

struct NetworkTests {
    @Test(
        "A network holds its addresses and no others",
        arguments: [
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
            ("192.0.2.77/24", "192.0.2.0", "192.0.1.255"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("10.0.0.0/9", "10.127.255.255", "10.128.0.0"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
            ("2001:db8::/65", "2001:db8::7fff:0:0:0", "2001:db8::8000:0:0:0"),
            ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::"),
            ("::/0", "fe80::1", ""),
            ("::1/128", "::1", "::2"),
            ("::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.9"),
        ]
    )
    func contains(_ text: String, _ inside: String, _ outside: String) throws {
        let network = try Network(text)
        #expect(network.contains(try #require(IPAddress(inside))))
        if let outside = IPAddress(outside) { #expect(!network.contains(outside)) }
        #expect(try Network(network.description) == network)
    }

    @Test(
        "What is no network is refused with a sentence that names it",
        arguments: [
            "", "mail.example", "192.0.2.0/33", "::/129", "192.0.2.0/", "192.0.2.0/+8", "192.0.2.0/-1", "1.2.3/8",
        ]
    )
    func refuses(_ text: String) {
        let error = #expect(throws: Network.Malformed.self) { try NetworkList(["::1", text]) }
        #expect(error?.description.hasPrefix(text) == true)
        #expect(error?.description.hasSuffix(".") == true)
    }

    @Test("An address is counted by itself, or by its /64 in IPv6")
    func counted() throws {
        func key(_ text: String) throws -> IPAddress { try #require(IPAddress(text)).counted }
        #expect(try key("2001:db8::1") == key("2001:db8::ffff:1:2:3"))
        #expect(try key("2001:db8::1") != key("2001:db8:0:1::1"))
        #expect(try key("192.0.2.1") != key("192.0.2.2"))
        #expect(try key("192.0.2.1") == key("::ffff:192.0.2.1"))
        #expect(try key("::1") != key("0.0.0.0"))
    }

    @Test("An address prints as it is read", arguments: ["192.0.2.1", "2001:db8::1", "::", "::1", "0.0.0.0"])
    func prints(_ text: String) { #expect(IPAddress(text)?.description == text) }
}

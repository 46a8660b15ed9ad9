import Testing

@testable import DNS

@Suite struct HostAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", "1.2.0.192.in-addr.arpa"),
        ("255.0.0.255", "255.0.0.255", "255.0.0.255.in-addr.arpa"),
        ("::ffff:10.1.2.3", "10.1.2.3", "3.2.1.10.in-addr.arpa"),
        (
            "2001:DB8:0:0::567:89ab", "2001:db8::567:89ab",
            "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        ),
    ])
    func `an address is read, written and turned round for PTR`(text: String, canonical: String, reverse: String) throws
    {
        let address = try #require(HostAddress(text))
        #expect("\(address)" == canonical)
        #expect(address.reverseName.text == reverse)
        #expect(try Name(reverse) == address.reverseName)
        #expect(address.bytes.count == (address.isV4 ? 4 : 16))
    }

    @Test(arguments: ["", "1.2.3", "1.2.3.256", "[::1]", "::1%lo", "1.2.3.4\0", "mx.example"])
    func `what is no address is none`(text: String) {
        #expect(HostAddress(text) == nil)
    }

    @Test(arguments: [
        (AddressPreference.either, ["::1", "1.0.0.1", "::2", "1.0.0.2", "1.0.0.3"]),
        (.v4, ["1.0.0.1", "1.0.0.2", "1.0.0.3", "::1", "::2"]),
        (.v6, ["::1", "::2", "1.0.0.1", "1.0.0.2", "1.0.0.3"]),
    ])
    func `a preference orders the families`(preference: AddressPreference, expected: [String]) {
        let addresses = ["1.0.0.1", "::1", "1.0.0.2", "1.0.0.3", "::2"].compactMap { HostAddress($0) }
        #expect(preference.order(addresses).map(\.description) == expected)
    }
}

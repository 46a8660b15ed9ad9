import Networks
import Testing

@Suite struct IPNetworkTests {
    @Test(
        "A network holds its addresses and no others",
        arguments: [
            ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false), ("192.0.2.7/24", "192.0.2.1", true), ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true), ("::/0", "192.0.2.1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false), ("::1", "::1", true),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true), ("::ffff:192.0.2.0/120", "192.0.2.9", true),
            ("fe80::/10", "fe80::1%eth0", true), ("10.0.0.0/31", "10.0.0.1", true), ("10.0.0.0/31", "10.0.0.2", false),
        ]
    ) func contains(_ network: String, _ address: String, _ expected: Bool) throws {
        #expect(try #require(IPNetwork(network)).contains(#require(IPAddress(address))) == expected)
    }

    @Test(
        "What is no network is nothing",
        arguments: [
            "", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0/8", "10.0.0.256", "::/129",
            "1/8",
            "10.0.0.0/8/8", "010.0.0.1", "::ffff:10.0.0.0/24", "localhost", "10.0.0.0/8 x", ":::",
            "10.0.0.0/99999999999999999999",
        ]
    ) func refuses(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }
}

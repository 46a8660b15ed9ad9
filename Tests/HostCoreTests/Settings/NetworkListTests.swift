import Testing

@testable import HostCore

@Suite struct NetworkListTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("192.0.2.0/24", "192.0.2.255", true),
        ("192.0.2.0/24", "192.0.3.0", false), ("192.0.2.128/25", "192.0.2.127", false),
        ("10.0.0.0/9", "10.127.1.1", true),
        ("10.0.0.0/9", "10.128.1.1", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
        ("2001:DB8::1", "2001:db8:0:0:0:0:0:1", true), ("::1", "::1", true), ("::1", "127.0.0.1", false),
        ("::ffff:192.0.2.1", "192.0.2.1", true), ("::/0", "2001:db8::1", true), ("fe80::/10", "fe80::1%eth0", false),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", true),
    ])
    func anAddressIsInItsNetwork(_ network: String, _ address: String, _ isIn: Bool) {
        var list = NetworkList()
        let isAdded = list.add(network)
        #expect(isAdded)
        #expect(list.contains(address) == isIn)
    }

    @Test(arguments: [
        "", "x", "192.0.2", "192.0.2.256", "192.0.2.1.1", "192.0.2.1/33", "192.0.2.1/", "192.0.2.1/-1", "192.0.2.1/+1",
        "::g", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::/129", "+1::", "example.org",
    ])
    func whatIsNoNetworkIsRefused(_ text: String) {
        var list = NetworkList()
        let isAdded = list.add(text)
        #expect(!isAdded)
        #expect(list.isEmpty && !list.contains(text))
    }
}

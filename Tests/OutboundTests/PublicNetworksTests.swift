import Testing
import Wire

@testable import Outbound

/// Where a stranger may have us post to.
struct PublicNetworksTests {
    @Test(
        "All the world's addresses are public",
        arguments: [
            "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
            "192.167.255.255", "192.169.0.0", "223.255.255.255", "2001:4860:4860::8888", "2a00::1", "3ffe::1",
        ]
    )
    func open(_ text: String) throws { #expect(PublicNetworks.contains(try #require(IPAddress(text)))) }

    @Test(
        "Our own networks, this machine, and what is nobody's, are not",
        arguments: [
            "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1",
            "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
            "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
            "::ffff:10.0.0.1", "64:ff9b::7f00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1",
            "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
        ]
    )
    func closed(_ text: String) throws { #expect(!PublicNetworks.contains(try #require(IPAddress(text)))) }
}

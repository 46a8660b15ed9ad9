internal import Wire

/// Which addresses all the world can reach, by IANA's registries of special-purpose addresses (RFC 6890).
enum PublicNetworks {
    private static let special = networks([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/3",
        // Of the addresses below: Teredo and its like, examples, and 6to4, which has an IPv4 address within.
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ])
    /// RFC 4291 §2.4: nothing else has been given out, and the rest has other uses.
    private static let worldwide = networks(["0.0.0.0/0", "2000::/3"])

    static func contains(_ address: IPAddress) -> Bool {
        worldwide.contains(address) && !special.contains(address)
    }

    private static func networks(_ texts: [String]) -> NetworkList {
        do throws(Network.Malformed) { return try NetworkList(texts) } catch { preconditionFailure("\(error)") }
    }
}

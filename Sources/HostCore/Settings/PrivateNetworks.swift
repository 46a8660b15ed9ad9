/// Addresses that only reach the own network: RFC 1918, 3927, 4193, 4291 §2.5.6, and the loopback.
enum PrivateNetworks {
    static func contains(_ ip: String) -> Bool {
        if ip.utf8.contains(UInt8(ascii: ":")) {
            let text = ip.lowercased()
            return text == "::1" || ["fc", "fd", "fe8", "fe9", "fea", "feb"].contains(where: text.hasPrefix)
        }
        let parts = ip.split(separator: ".").compactMap { UInt8($0) }
        guard parts.count == 4 else { return false }
        switch (parts[0], parts[1]) {
        case (10, _), (127, _), (192, 168), (169, 254): return true
        case (172, 16...31): return true
        default: return false
        }
    }
}

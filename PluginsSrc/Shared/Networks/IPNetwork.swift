/// A range of addresses as `ADDRESS/PREFIX`; an address alone is a network of one.
package struct IPNetwork: Equatable, Sendable {
    package let family: IPAddress.Family
    package let prefix: Int
    private let value: UInt128

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        var prefix = address.family.bits
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let written = Int(parts[1]) else { return nil }
            // ::ffff:192.0.2.0/120 is 192.0.2.0/24.
            let mapped = address.family == .v4 && first.contains(":")
            prefix = mapped ? written - 96 : written
        }
        guard 0...address.family.bits ~= prefix else { return nil }
        family = address.family
        self.prefix = prefix
        value = Self.head(of: address.value, prefix, address.family)
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.family == family && Self.head(of: address.value, prefix, family) == value
    }

    private static func head(of value: UInt128, _ prefix: Int, _ family: IPAddress.Family) -> UInt128 {
        // A smart shift: by all 128 bits it leaves 0.
        value >> (family.bits - prefix)
    }
}

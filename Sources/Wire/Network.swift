/// A block of IP addresses in CIDR notation (RFC 4632, RFC 4291 §2.3).
public struct Network: Sendable, Hashable, CustomStringConvertible {
    private let first: IPAddress
    /// In bits of IPv6, 96 more than IPv4 writes.
    private let prefix: Int

    /// Why a text is no network, as a sentence for the operator.
    public struct Malformed: Error, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// Reads `192.0.2.0/24`, `2001:db8::/32` or a single address; bits behind the prefix don't count.
    public init(_ text: String) throws(Malformed) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else {
            throw Malformed(description: "\(text) is no IP address or network, such as 192.0.2.7 or 2001:db8::/32.")
        }
        // What is written in IPv4 has IPv4's bits; a mapped address has IPv6's.
        let bits = parts[0].utf8.contains(UInt8(ascii: ":")) ? 128 : 32
        var length = bits
        if parts.count == 2 {
            // UInt8 would take a sign, also that of -0.
            guard let given = UInt8(parts[1]), given <= bits, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else {
                throw Malformed(description: "\(text) should end in a prefix length from 0 to \(bits).")
            }
            length = Int(given)
        }
        prefix = length + 128 - bits
        first = Self.masked(address, prefix)
    }

    public func contains(_ address: IPAddress) -> Bool { Self.masked(address, prefix) == first }

    private static func masked(_ address: IPAddress, _ prefix: Int) -> IPAddress {
        // Swift's shift by the whole width gives 0.
        let high = address.high & ~(UInt64.max >> UInt64(min(prefix, 64)))
        let low = address.low & ~(UInt64.max >> UInt64(max(prefix - 64, 0)))
        return IPAddress(high: high, low: low)
    }

    public var description: String {
        first.isV4 && prefix >= 96 ? "\(first)/\(prefix - 96)" : "\(first)/\(prefix)"
    }
}

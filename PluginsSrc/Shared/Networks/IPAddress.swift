import Glibc

/// An IP address as a number; an IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address.
package struct IPAddress: Equatable, Sendable {
    package enum Family {
        case v4
        case v6

        package var bits: Int {
            switch self {
            case .v4: 32
            case .v6: 128
            }
        }
    }

    package let family: Family
    let value: UInt128

    package init?(_ text: some StringProtocol) {
        // A link-local peer comes with its interface behind a %: RFC 4007 §11.2.
        let address = String(text.prefix { $0 != "%" })
        if let value = Self.number(of: address, AF_INET, bytes: 4) {
            self.init(.v4, value)
        } else if let value = Self.number(of: address, AF_INET6, bytes: 16) {
            if value >> 32 == 0xffff {
                self.init(.v4, value & 0xffff_ffff)
            } else {
                self.init(.v6, value)
            }
        } else {
            return nil
        }
    }

    private init(_ family: Family, _ value: UInt128) {
        self.family = family
        self.value = value
    }

    private static func number(of text: String, _ family: Int32, bytes count: Int) -> UInt128? {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard unsafe inet_pton(family, text, &bytes) == 1 else { return nil }
        return bytes.prefix(count).reduce(0) { $0 << 8 | UInt128($1) }
    }
}

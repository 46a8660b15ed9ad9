internal import Glibc

/// An IP address of a host, as its A and AAAA records have it.
public enum HostAddress: Hashable, Sendable {
    /// The first byte is the highest.
    case v4(UInt32)
    case v6(high: UInt64, low: UInt64)

    /// Reads an address without brackets; IPv4 in IPv6's mapped form (RFC 4291 §2.5.5.2) is IPv4.
    public init?(_ text: String) {
        // The C library would stop at a NUL.
        guard !text.utf8.contains(0) else { return nil }
        var bytes: [UInt8] = Array(repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &bytes) == 1 {
            self = .v4(UInt32(Self.number(bytes[..<4])))
        } else if unsafe inet_pton(AF_INET6, text, &bytes) == 1 {
            let (high, low) = (Self.number(bytes[..<8]), Self.number(bytes[8...]))
            self = high == 0 && low >> 32 == 0xFFFF ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high: high, low: low)
        } else {
            return nil
        }
    }

    public var isV4: Bool { if case .v4 = self { true } else { false } }

    /// Four or sixteen, the highest first.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let number): Self.bytes(UInt64(number), count: 4)
        case .v6(let high, let low): Self.bytes(high, count: 8) + Self.bytes(low, count: 8)
        }
    }

    /// The type of record that holds such an address.
    public var recordType: RecordType { isV4 ? .a : .aaaa }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func bytes(_ number: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
    }
}

extension HostAddress: CustomStringConvertible {
    /// Without brackets; IPv6 as RFC 5952 wants it.
    public var description: String {
        var (bytes, family) = (bytes, isV4 ? AF_INET : AF_INET6)
        let text = unsafe [CChar](unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { room, count in
            let written = unsafe inet_ntop(family, &bytes, room.baseAddress, socklen_t(room.count))
            count = unsafe written.map { unsafe strlen($0) } ?? 0
        }
        return String(decoding: text.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension HostAddress {
    /// Where its PTR records stand (RFC 1035 §3.5, RFC 3596 §2.5).
    public var reverseName: Name {
        var text = ""
        for byte in bytes.reversed() {
            text += isV4 ? "\(byte)." : Self.nibble(byte & 0xF) + "." + Self.nibble(byte >> 4) + "."
        }
        return Name(canonical: text + (isV4 ? "in-addr.arpa" : "ip6.arpa"))
    }

    private static func nibble(_ value: UInt8) -> String { String(value, radix: 16) }
}

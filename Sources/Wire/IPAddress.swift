internal import Glibc
internal import NIOCore

/// An IP address as a number; IPv4 is held in IPv6's mapped form (RFC 4291 §2.5.5.2).
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(v4: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(v4)) }

    /// Reads an address without brackets; IPv4 written in IPv6's mapped form is IPv4.
    public init?(_ text: String) {
        if let address = IPText.v4(text) {
            self.init(v4: UInt32(bigEndian: address))
        } else if let address = IPText.v6(text) {
            self.init(high: UInt64(bigEndian: address.high), low: UInt64(bigEndian: address.low))
        } else {
            return nil
        }
    }

    init?(_ address: SocketAddress?) {
        guard let address else { return nil }
        let isV4 = address.protocol == .inet
        guard isV4 || address.protocol == .inet6 else { return nil }
        // By its bytes: two modules bring the C structure, and naming its members would ask for both.
        self = unsafe address.withSockAddr { start, count in
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
            return unsafe isV4 ? IPAddress(socketV4: bytes) : IPAddress(socketV6: bytes)
        }
    }

    /// Out of a `sockaddr_in`.
    init(socketV4 bytes: UnsafeRawBufferPointer) {
        self.init(v4: UInt32(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    }

    /// Out of a `sockaddr_in6`.
    init(socketV6 bytes: UnsafeRawBufferPointer) {
        unsafe self.init(v6: UnsafeRawBufferPointer(rebasing: bytes[8..<24]))
    }

    private init(v6 bytes: UnsafeRawBufferPointer) {
        let high = unsafe bytes.loadUnaligned(as: UInt64.self)
        let low = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        self.init(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
    }

    public var isV4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// What limits count by: an IPv6 address stands for its /64.
    var counted: IPAddress { isV4 ? self : IPAddress(high: high, low: 0) }

    public var description: String {
        guard !isV4 else {
            return "\(low >> 24 & 0xFF).\(low >> 16 & 0xFF).\(low >> 8 & 0xFF).\(low & 0xFF)"
        }
        var address = IPText.V6(high: high.bigEndian, low: low.bigEndian)
        let text = unsafe [CChar](unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { room, count in
            let written = unsafe inet_ntop(AF_INET6, &address, room.baseAddress, socklen_t(room.count))
            count = unsafe written.map { unsafe strlen($0) } ?? 0
        }
        return String(decoding: text.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

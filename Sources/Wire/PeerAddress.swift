internal import NIOCore

/// One end of a connection, as text.
public enum PeerAddress: Sendable, Equatable, CustomStringConvertible {
    /// An IPv4 or IPv6 address; IPv4 that came in over an IPv6 socket is plain IPv4 here.
    case ip(String, port: Int)
    /// A Unix socket; a client's has an empty path as a rule.
    case unix(path: String)

    /// The IP address without a port, or nil for a Unix socket.
    public var ip: String? {
        guard case .ip(let text, _) = self else { return nil }
        return text
    }

    /// The port, or nil for a Unix socket.
    public var port: Int? {
        guard case .ip(_, let port) = self else { return nil }
        return port
    }

    public var description: String {
        switch self {
        case .ip(let text, let port): text.utf8.contains(UInt8(ascii: ":")) ? "[\(text)]:\(port)" : "\(text):\(port)"
        case .unix(let path): path.isEmpty ? "unix socket" : path
        }
    }
}

extension PeerAddress {
    init(_ address: SocketAddress?) {
        switch address {
        case .v4(let socket):
            self = .ip(Self.dotted(socket.address), port: address?.port ?? 0)
        case .v6:
            self = .ip(Self.unmapped(address?.ipAddress ?? ""), port: address?.port ?? 0)
        case .unixDomainSocket:
            self = .unix(path: address?.pathname ?? "")
        case nil:
            self = .unix(path: "")
        }
    }

    /// The text of a `sockaddr_in`, in a fraction of the time of inet_ntop(3), which prints to a format.
    private static func dotted(_ address: some BitwiseCopyable) -> String {
        unsafe withUnsafeBytes(of: address) { unsafe "\($0[4]).\($0[5]).\($0[6]).\($0[7])" }
    }

    /// RFC 4291 §2.5.5.2: an IPv4-mapped address stands for the IPv4 address behind its prefix.
    private static func unmapped(_ text: String) -> String {
        let prefix = "::ffff:"
        guard text.hasPrefix(prefix), text.utf8.contains(UInt8(ascii: ".")) else { return text }
        return String(text.dropFirst(prefix.count))
    }
}

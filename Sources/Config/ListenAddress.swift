import System

/// Where a server listens: an IP address and a port, or a socket in the file system.
public enum ListenAddress: Hashable, Sendable {
    /// The address without brackets; port 0 lets the kernel choose.
    case ip(host: String, port: UInt16)
    /// The mode of the socket; nil leaves it to the umask.
    case unix(path: String, mode: UInt32?)

    /// Reads "127.0.0.1:25", "[::0]:25", "[::0]", "25" (any address) and "/run/haraka.sock:0660".
    ///
    /// The port is 25 if none is given, as in Haraka.
    public init?(_ text: String) {
        if text.hasPrefix("/") {
            self.init(path: text)
        } else if text.hasPrefix("[") {
            let parts = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, NetworkAddress.isIPv6(String(parts[0])) || NetworkAddress.isIPv4(String(parts[0])),
                parts[1].isEmpty || parts[1].hasPrefix(":"),
                let port = parts[1].isEmpty ? 25 : Self.port(parts[1].dropFirst())
            else { return nil }
            self = .ip(host: String(parts[0]), port: port)
        } else if let port = Self.port(text[...]) {
            self = .ip(host: "::0", port: port)
        } else {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard NetworkAddress.isIPv4(String(parts[0])), let port = parts.count == 2 ? Self.port(parts[1]) : 25 else {
                return nil
            }
            self = .ip(host: String(parts[0]), port: port)
        }
    }

    private init?(path text: String) {
        guard let colon = text.lastIndex(of: ":") else {
            self = .unix(path: text, mode: nil)
            return
        }
        guard let mode = UInt32(text[text.index(after: colon)...], radix: 8), mode <= 0o777 else { return nil }
        self = .unix(path: String(text[..<colon]), mode: mode)
    }

    private static func port(_ text: Substring) -> UInt16? {
        text.allSatisfy { ("0"..."9").contains($0) } ? UInt16(text) : nil
    }
}

extension ListenAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .ip(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path, let mode): path + (mode.map { ":0" + String($0, radix: 8) } ?? "")
        }
    }
}

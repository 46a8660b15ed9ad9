/// Where a request goes: a URI of the scheme `https`, RFC 9110 §4.2.2.
public struct HTTPSAddress: Sendable, Hashable, CustomStringConvertible {
    /// In small letters; a name, or an IPv4 address.
    public let host: String
    public let port: UInt16
    /// The path, with its query; begins with a slash.
    public let path: String

    /// Nil where the path could not stand in a request.
    public init?(host: String, port: UInt16 = 443, path: String) {
        guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy(Self.isOfHost), path.hasPrefix("/"),
            path.utf8.count <= 2048, path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else { return nil }
        (self.host, self.port, self.path) = (host.lowercased(), port, path)
    }

    /// Reads a URI; nil where it is none, has a user's name in it, or an IPv6 address.
    public init?(_ text: String) {
        let scheme = "https://"
        guard text.utf8.count > scheme.utf8.count, text.prefix(scheme.count).lowercased() == scheme else { return nil }
        let rest = text.utf8.dropFirst(scheme.utf8.count).prefix { $0 != UInt8(ascii: "#") }
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let parts = rest[..<end].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var port: UInt16 = 443
        if parts.count == 2, !parts[1].isEmpty {
            guard parts[1].allSatisfy(Self.isDigit), let number = UInt16(String(Substring(parts[1]))), number > 0 else {
                return nil
            }
            port = number
        }
        guard let host = parts.first, parts.count <= 2 else { return nil }
        let path = String(Substring(rest[end...]))
        self.init(host: String(Substring(host)), port: port, path: path.hasPrefix("/") ? path : "/" + path)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isOfHost(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }

    /// As a request's `Host` has it: RFC 9112 §3.2.
    var authority: String { port == 443 ? host : "\(host):\(port)" }

    public var description: String { "https://\(authority)\(path)" }
}

/// Another mail server: a host and a port.
package struct Remote: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: Int

    /// A host that is known to be one.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`; the port is 25 unless given, or another default.
    package init?(_ text: String, defaultPort: Int = 25) {
        var name = text[...]
        var digits: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            name = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            if !rest.isEmpty { digits = rest.dropFirst() }
            guard name.utf8.contains(UInt8(ascii: ":")) else { return nil }
        } else if let colon = text.firstIndex(of: ":") {
            name = text[..<colon]
            digits = text[text.index(after: colon)...]
        }
        guard (1...253).contains(name.utf8.count), name.utf8.allSatisfy(Self.isOfHost) else { return nil }
        host = String(name)
        guard let digits else {
            port = defaultPort
            return
        }
        guard let port = UInt16(digits), port > 0 else { return nil }
        self.port = Int(port)
    }

    /// Reads a host without a port: an IPv6 address may stand without brackets.
    package init?(alone host: String, port: Int) {
        let colons = host.utf8.count { $0 == UInt8(ascii: ":") }
        guard colons == 0 || colons > 1, !host.hasPrefix("[") || host.hasSuffix("]") else { return nil }
        self.init(colons > 1 && !host.hasPrefix("[") ? "[\(host)]" : host, defaultPort: port)
    }

    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    /// Port 465 speaks TLS from the first byte on (RFC 8314 §3.3).
    package var isImplicitTLS: Bool { port == 465 }

    /// Whether it is this machine: nobody listens on the way.
    package var isHere: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    package var description: String { host.utf8.contains(0x3A) ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

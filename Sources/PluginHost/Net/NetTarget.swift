/// Where a plugin connects to.
public enum NetTarget: Sendable, Hashable {
    /// A host's name, or an IP address without brackets.
    case tcp(host: String, port: UInt16)
    case unix(path: String)
}

extension NetTarget {
    /// Reads "host:port", "[v6]:port" or "/path".
    init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        if text.hasPrefix("/") {
            // What a sockaddr_un holds, unix(7).
            guard text.utf8.count <= 107 else { return nil }
            self = .unix(path: text)
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard let port = UInt16(digits), port > 0, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, host.utf8.count <= 253, isBracketed == host.utf8.contains(UInt8(ascii: ":")),
            host.utf8.allSatisfy({ Self.isOfHost($0, isBracketed) })
        else { return nil }
        self = .tcp(host: String(host), port: port)
    }

    /// Letters, digits, hyphens, underscores and dots; colons in brackets.
    private static func isOfHost(_ byte: UInt8, _ isBracketed: Bool) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        case 0x3A: isBracketed
        default: false
        }
    }

    /// What a certificate has to be for where nothing else is said.
    var name: String? {
        guard case .tcp(let host, _) = self else { return nil }
        return host
    }
}

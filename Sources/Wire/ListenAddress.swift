/// Where to wait for connections: an address and port, or a Unix socket.
///
/// Its texts are those of Haraka's `listen`: `[::0]:25`, `127.0.0.1:2525`, `25` (every address), `/path/sock`,
/// `/path/sock:0660`.
public enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// `host` is an IP address without brackets; port 0 lets the kernel choose.
    case tcp(host: String, port: UInt16)
    /// `mode` holds the permission bits that the socket gets.
    case unix(path: String, mode: UInt16?)

    /// Why a text is no address to listen on, as a sentence for the operator.
    public struct Malformed: Error, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// Reads one address.
    public init(_ text: String, defaultPort: UInt16 = 25) throws(Malformed) {
        let text = text.trimmed
        if text.hasPrefix("/") {
            self = try Self.unix(text)
        } else {
            self = try Self.tcp(text, defaultPort: defaultPort)
        }
    }

    /// Reads a comma-separated list; empty items are passed over.
    public static func list(_ text: String, defaultPort: UInt16 = 25) throws(Malformed) -> [ListenAddress] {
        var addresses: [ListenAddress] = []
        for item in text.split(separator: ",") where !String(item).trimmed.isEmpty {
            addresses.append(try ListenAddress(String(item), defaultPort: defaultPort))
        }
        return addresses
    }

    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path, nil): path
        case .unix(let path, let mode?): "\(path):0\(String(mode, radix: 8))"
        }
    }
}

extension ListenAddress {
    private static func unix(_ text: String) throws(Malformed) -> ListenAddress {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts[0])
        guard path.utf8.count <= 107 else {
            throw Malformed(description: "\(path) is too long for a Unix socket, which takes at most 107 bytes.")
        }
        guard parts.count == 2 else { return .unix(path: path, mode: nil) }
        guard let mode = UInt16(parts[1], radix: 8), mode <= 0o777, parts[1].utf8.allSatisfy(\.isDigit) else {
            throw Malformed(description: "\(text) should end in octal permissions such as :0660.")
        }
        return .unix(path: path, mode: mode)
    }

    private static func tcp(_ text: String, defaultPort: UInt16) throws(Malformed) -> ListenAddress {
        if !text.isEmpty, text.utf8.allSatisfy(\.isDigit) {
            return .tcp(host: "::", port: try port(text[...], of: text))
        }
        let (host, rest) = try split(text)
        guard IPText.isAddress(host) else {
            throw Malformed(
                description: "\(text) is no address to listen on: it takes an IP address with a port,"
                    + " as in 127.0.0.1:25 or [::0]:25, or the path of a Unix socket."
            )
        }
        guard let rest else { return .tcp(host: host, port: defaultPort) }
        return .tcp(host: host, port: try port(rest, of: text))
    }

    /// The address, and the text of the port if there is one.
    private static func split(_ text: String) throws(Malformed) -> (String, Substring?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard !rest.isEmpty else { return (host, nil) }
            guard rest.hasPrefix(":") else { throw Malformed(description: "\(text) should have a colon after the ].") }
            return (host, rest.dropFirst())
        }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        guard colons == 1, let colon = text.firstIndex(of: ":") else { return (text, nil) }
        return (String(text[..<colon]), text[text.index(after: colon)...])
    }

    private static func port(_ digits: Substring, of text: String) throws(Malformed) -> UInt16 {
        guard let port = UInt16(digits), digits.utf8.allSatisfy(\.isDigit) else {
            throw Malformed(description: "\(text) should have a port from 0 to 65535.")
        }
        return port
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension String {
    fileprivate var trimmed: String {
        let inner = drop { $0 == " " || $0 == "\t" }
        return String(inner.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

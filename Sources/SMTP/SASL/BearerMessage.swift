internal import Mail

/// The one message of a bearer: keys and values with %x01 behind each, RFC 7628 §3.1.
struct BearerMessage {
    /// nil: not given.
    private(set) var user: String?
    private(set) var token: [UInt8]?

    private static let longestToken = 8192
    private static let separator: UInt8 = 1

    init(_ message: [UInt8], of mechanism: SASLMechanism) throws(SASLExchange.Failure) {
        var start = 0
        if mechanism == .oauthBearer {
            let header = try GS2Header(message)
            if case .used = header.binding { throw .malformed("OAUTHBEARER doesn't bind to the channel") }
            user = header.authorization
            guard header.end < message.count, message[header.end] == Self.separator else {
                throw .malformed("the GS2 header has no separator behind it")
            }
            start = header.end + 1
        }
        // RFC 7628 §3.1: every pair ends in the separator, and so does the message.
        var parts = message[start...].split(separator: Self.separator, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.removeLast().isEmpty, parts.removeLast().isEmpty else {
            throw .malformed("the bearer's message is unfinished")
        }
        var seen: Set<String> = []
        for part in parts {
            let key = try Self.key(part)
            guard seen.insert(key).inserted else { throw .malformed("the bearer's message has a key twice") }
            let value = part.dropFirst(key.utf8.count + 1)
            if key == "auth" { token = try Self.token(value) }
            if key == "user", mechanism == .xoauth2 { user = try SASLName.read(value) }
        }
    }

    private static func key(_ part: ArraySlice<UInt8>) throws(SASLExchange.Failure) -> String {
        guard let end = part.firstIndex(of: UInt8(ascii: "=")), end > part.startIndex,
            part[..<end].allSatisfy({ (0x61...0x7A).contains($0.lowercased) }), part[end...].allSatisfy(isValueByte)
        else { throw .malformed("the bearer's message is not made of keys and values") }
        return String(decoding: part[..<end], as: UTF8.self)
    }

    /// RFC 7628 §3.1: `value`; the user of XOAUTH2 may be UTF-8.
    private static func isValueByte(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }

    /// RFC 6750 §2.1: the scheme in either case, then `b64token`.
    private static func token(_ value: ArraySlice<UInt8>) throws(SASLExchange.Failure) -> [UInt8]? {
        let value = Array(value)
        if value.isEmpty { return nil }
        let scheme = "Bearer"
        guard value.count > scheme.utf8.count, value.span.holds(scheme, at: 0..<scheme.utf8.count),
            value[scheme.utf8.count] == 0x20
        else { throw .malformed("the bearer's token is of another scheme") }
        let token = value[scheme.utf8.count...].drop { $0 == 0x20 }
        if token.isEmpty { return nil }
        let body = token.prefix { $0 != UInt8(ascii: "=") }
        guard token.count <= longestToken, !body.isEmpty, body.allSatisfy(isTokenByte),
            token[body.endIndex...].allSatisfy({ $0 == UInt8(ascii: "=") })
        else { throw .malformed("the bearer's token is not well formed") }
        return Array(token)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        byte.isDigit || (0x61...0x7A).contains(byte.lowercased) || "-._~+/".utf8.contains(byte)
    }
}

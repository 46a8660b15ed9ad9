/// Version 2: a block of bytes (§2.2).
extension ProxyHeader {
    private static let fixedLength = 16
    /// What one may take with its extensions; proxies send some hundred bytes.
    private static let longestBlock = 4096

    private enum Family {
        case none, v4, v6, unix

        init?(_ byte: UInt8) {
            switch byte {
            case 0x00: self = .none
            case 0x11: self = .v4
            case 0x21: self = .v6
            case 0x31: self = .unix
            // Datagrams cannot have come here, and other values must be rejected.
            default: return nil
            }
        }

        /// Of both addresses, and the ports.
        var length: Int {
            switch self {
            case .none: 0
            case .v4: 12
            case .v6: 36
            case .unix: 216
            }
        }
    }

    static func binary(_ bytes: Span<UInt8>) -> ProxyHeader {
        guard bytes.count >= fixedLength else { return .needMore }
        guard bytes[12] >> 4 == 2 else { return .malformed("The PROXY header is of an unknown version.") }
        guard bytes[12] & 0xF <= 1 else { return .malformed("The PROXY header has an unknown command.") }
        let isLocal = bytes[12] & 0xF == 0
        let length = fixedLength + Int(bytes[14]) << 8 + Int(bytes[15])
        guard length <= longestBlock else { return .malformed("The PROXY header is longer than 4096 bytes.") }
        // "The receiver must … discard the protocol block including the family which is ignored."
        let given = isLocal ? .some(.none) : Family(bytes[13])
        guard let family: Family = given else { return .malformed("The PROXY header is not of a stream.") }
        guard length >= fixedLength + family.length else {
            return .malformed("The PROXY header is too short for its addresses.")
        }
        guard bytes.count >= length else { return .needMore }
        if case .none = family { return .header(length: length, source: nil, destination: nil) }
        guard extensionsFit(bytes.extracting(fixedLength + family.length..<length)) else {
            return .malformed("The PROXY header has an extension that is cut off.")
        }
        return addresses(bytes.extracting(fixedLength..<fixedLength + family.length), family, length)
    }

    /// §2.2.1: a byte of type, two of length, and so many more; what they say isn't needed.
    private static func extensionsFit(_ bytes: Span<UInt8>) -> Bool {
        var place = 0
        while place < bytes.count {
            guard place + 3 <= bytes.count else { return false }
            place += 3 + number(bytes, place + 1)
        }
        return place == bytes.count
    }

    private static func addresses(_ bytes: Span<UInt8>, _ family: Family, _ length: Int) -> ProxyHeader {
        func ends(_ size: Int, _ address: (Int) -> IPAddress) -> ProxyHeader {
            .header(
                length: length,
                source: .ip(address(0).description, port: number(bytes, size * 2)),
                destination: .ip(address(size).description, port: number(bytes, size * 2 + 2))
            )
        }
        switch family {
        case .none: return .header(length: length, source: nil, destination: nil)
        case .v4: return ends(4) { IPAddress(v4: UInt32(truncatingIfNeeded: word(bytes, $0, 4))) }
        case .v6: return ends(16) { IPAddress(high: word(bytes, $0, 8), low: word(bytes, $0 + 8, 8)) }
        case .unix:
            return .header(
                length: length,
                source: .unix(path: path(bytes.extracting(0..<108))),
                destination: .unix(path: path(bytes.extracting(108..<216)))
            )
        }
    }

    private static func number(_ bytes: Span<UInt8>, _ place: Int) -> Int {
        Int(bytes[place]) << 8 | Int(bytes[place + 1])
    }

    private static func word(_ bytes: Span<UInt8>, _ place: Int, _ count: Int) -> UInt64 {
        (place..<place + count).reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
    }

    /// Up to the first NUL; empty unless it can be printed.
    private static func path(_ bytes: Span<UInt8>) -> String {
        let text = bytes.indices.prefix { bytes[$0] != 0 }.map { bytes[$0] }
        return text.allSatisfy { (0x20...0x7E).contains($0) } ? String(decoding: text, as: UTF8.self) : ""
    }
}

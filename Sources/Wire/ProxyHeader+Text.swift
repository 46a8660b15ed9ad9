/// Version 1: a line of text (§2.1).
extension ProxyHeader {
    /// With the line's end.
    private static let longestLine = 107

    static func text(_ bytes: Span<UInt8>) -> ProxyHeader {
        for place in 0..<min(bytes.count, longestLine) {
            switch bytes[place] {
            case 13:
                guard place + 1 < bytes.count else { return place + 1 < longestLine ? .needMore : tooLong }
                guard place + 1 < longestLine else { return tooLong }
                guard bytes[place + 1] == 10 else { return .malformed("The PROXY header has a bare CR.") }
                return line(bytes.extracting(0..<place))
            case 0x20...0x7E: continue
            default: return .malformed("The PROXY header is not a line of text.")
            }
        }
        return bytes.count < longestLine ? .needMore : tooLong
    }

    private static let tooLong = ProxyHeader.malformed("The PROXY header is longer than 107 bytes.")

    private static func line(_ bytes: Span<UInt8>) -> ProxyHeader {
        let length = bytes.count + 2
        let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        let fields = text.split(separator: " ", omittingEmptySubsequences: false)
        // "The receiver must ignore anything presented before the CRLF."
        if fields[1] == "UNKNOWN" { return .header(length: length, source: nil, destination: nil) }
        guard fields[1] == "TCP4" || fields[1] == "TCP6" else {
            return .malformed("The PROXY header names an unknown protocol.")
        }
        guard fields.count == 6 else { return .malformed("The PROXY header does not have six fields.") }
        let isV4 = fields[1] == "TCP4"
        guard let source = address(fields[2], fields[4], isV4), let destination = address(fields[3], fields[5], isV4)
        else { return .malformed("The PROXY header has no valid addresses and ports.") }
        return .header(length: length, source: source, destination: destination)
    }

    private static func address(_ text: Substring, _ port: Substring, _ isV4: Bool) -> PeerAddress? {
        guard text.utf8.contains(UInt8(ascii: ":")) != isV4, let address = IPAddress(String(text)),
            // UInt16 would take a sign, also that of -0.
            let number = UInt16(port), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            port == "0" || !port.hasPrefix("0")
        else { return nil }
        return .ip(address.description, port: Int(number))
    }
}

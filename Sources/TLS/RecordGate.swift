/// Lets only whole TLS records through to OpenSSL, so that a peer that sends byte by byte costs what it has sent.
///
/// OpenSSL would keep a buffer of the largest record's size, 17 KiB, from the first byte on.
struct RecordGate: ~Copyable {
    /// What the first bytes of a connection are when they are not TLS.
    enum Stranger {
        /// Printable text or a line end: SMTP in the clear, HTTP.
        case plainText
        case unknown
    }

    // RFC 8446 §5.1, RFC 5246 §6.2.3: content type, two bytes of version, two of length.
    private static let headerCount = 5
    private static let longest = (1 << 14) + 2048

    private var part = ByteQueue()
    private var hasBegun = false

    /// How many bytes of an unfinished record wait here.
    var waiting: Int { part.count }

    /// Looks at a connection's first byte; nil when it may be TLS, or when it isn't the first.
    mutating func stranger(in bytes: Span<UInt8>) -> Stranger? {
        guard !hasBegun, bytes.count > 0 else { return nil }
        hasBegun = true
        switch bytes[0] {
        case 20...24: return nil
        case 0x20...0x7E, 0x0A, 0x0D, 0x09: return .plainText
        default: return .unknown
        }
    }

    /// Hands on every record that is now whole, and keeps the rest.
    ///
    /// Bytes that cannot be a record are handed on too: OpenSSL answers them with the right alert.
    mutating func admit(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
        var start = 0
        if !part.isEmpty {
            start = complete(from: bytes)
            guard part.count >= Self.headerCount, part.count >= Self.size(part[0], part[1], part[3], part[4]) else {
                return
            }
            part.withSpan(body)
            part.drop(part.count)
        }
        var end = start
        while bytes.count - end >= Self.headerCount {
            let size = Self.size(bytes[end], bytes[end + 1], bytes[end + 3], bytes[end + 4])
            guard size > 0 else {
                end = bytes.count
                break
            }
            guard end + size <= bytes.count else { break }
            end += size
        }
        if end > start { body(bytes.extracting(start..<end)) }
        if end < bytes.count { part.append(bytes.extracting(end..<bytes.count)) }
    }

    /// Adds what the waiting record lacks, and tells how many bytes that took.
    private mutating func complete(from bytes: Span<UInt8>) -> Int {
        var taken = 0
        for _ in 0..<2 {
            let wanted =
                part.count < Self.headerCount ? Self.headerCount : Self.size(part[0], part[1], part[3], part[4])
            let more = min(max(wanted - part.count, 0), bytes.count - taken)
            part.append(bytes.extracting(taken..<taken + more))
            taken += more
        }
        return taken
    }

    /// Bytes of a record with its header; 0 when the header is none of TLS.
    private static func size(_ type: UInt8, _ major: UInt8, _ high: UInt8, _ low: UInt8) -> Int {
        let length = Int(high) << 8 | Int(low)
        guard (20...24).contains(type), major == 3, length <= longest else { return 0 }
        return headerCount + length
    }
}

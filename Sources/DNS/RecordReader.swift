/// Reads the data of a record as strangers have sent it.
///
/// Spans only, so every access is checked; names in it are uncompressed, for libunbound has followed the pointers.
enum RecordReader {
    /// Nil when the bytes are not what the type asks for.
    static func read(_ type: RecordType, _ bytes: Span<UInt8>) -> Record? {
        switch type {
        case .a: v4(bytes)
        case .aaaa: v6(bytes)
        case .mx: mailExchanger(bytes)
        case .txt: text(bytes)
        case .ptr: name(bytes, from: 0).map(Record.ptr)
        case .cname: name(bytes, from: 0).map(Record.cname)
        case .ns: name(bytes, from: 0).map(Record.ns)
        case .tlsa: tlsa(bytes)
        default: .other(copy(bytes, from: 0))
        }
    }

    private static func v4(_ bytes: Span<UInt8>) -> Record? {
        bytes.count == 4 ? .address(.v4(UInt32(truncatingIfNeeded: number(bytes, 0..<4)))) : nil
    }

    private static func v6(_ bytes: Span<UInt8>) -> Record? {
        bytes.count == 16 ? .address(.v6(high: number(bytes, 0..<8), low: number(bytes, 8..<16))) : nil
    }

    private static func mailExchanger(_ bytes: Span<UInt8>) -> Record? {
        guard bytes.count > 2, let host = name(bytes, from: 2) else { return nil }
        return .mx(MailExchanger(preference: UInt16(number(bytes, 0..<2)), host: host))
    }

    /// One or more strings, each with its length before it (RFC 1035 §3.3.14).
    private static func text(_ bytes: Span<UInt8>) -> Record? {
        guard bytes.count > 0 else { return nil }
        var joined: [UInt8] = []
        var place = 0
        while place < bytes.count {
            let end = place + 1 + Int(bytes[place])
            guard end <= bytes.count else { return nil }
            for index in place + 1..<end { joined.append(bytes[index]) }
            place = end
        }
        return .txt(joined)
    }

    private static func tlsa(_ bytes: Span<UInt8>) -> Record? {
        guard bytes.count > 3 else { return nil }
        return .tlsa(
            HostKey(usage: bytes[0], selector: bytes[1], matching: bytes[2], data: copy(bytes, from: 3))
        )
    }

    private static func name(_ bytes: Span<UInt8>, from start: Int) -> Name? {
        try? Name(wire: bytes, from: start)
    }

    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        range.reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
    }

    private static func copy(_ bytes: Span<UInt8>, from start: Int) -> [UInt8] {
        (start..<bytes.count).map { bytes[$0] }
    }
}

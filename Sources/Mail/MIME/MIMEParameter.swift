/// A parameter such as `filename=` with its value decoded: RFC 2231.
public struct MIMEParameter: Sendable, Equatable {
    /// In lower case, without the signs of RFC 2231.
    public let name: String
    /// The value, `%XX` resolved and its segments joined.
    public let bytes: [UInt8]
    /// What the bytes are written in, in lower case; nil where nobody said so.
    public let charset: String?

    /// The value as text; what is neither in its charset nor in UTF-8 becomes U+FFFD.
    public var text: String {
        guard charset == "iso-8859-1" else { return String(decoding: bytes, as: UTF8.self) }
        return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    /// One `name=value`, `name*=charset'language'value`, `name*0=value` or `name*0*=...` as it stands.
    struct Segment: Equatable {
        var name: String
        var number: Int?
        var isExtended: Bool
        var bytes: [UInt8]
    }

    /// Joins segments; an extended value goes before one in segments, that before a plain one.
    static func assemble(_ segments: [Segment]) -> [MIMEParameter] {
        var names: [String] = []
        for segment in segments where !names.contains(segment.name) { names.append(segment.name) }
        return names.compactMap { name in
            let mine = segments.filter { $0.name == name }
            if let whole = mine.first(where: { $0.number == nil && $0.isExtended }) { return join([whole]) }
            var run: [Segment] = []
            // They may come in any order: RFC 2231 §3.
            while let next = mine.first(where: { $0.number == run.count }) { run.append(next) }
            if !run.isEmpty { return join(run) }
            return mine.first { $0.number == nil }.map { join([$0]) }
        }
    }

    private static func join(_ run: [Segment]) -> MIMEParameter {
        var bytes: [UInt8] = []
        var charset: String?
        for (index, segment) in run.enumerated() {
            guard segment.isExtended else {
                bytes += segment.bytes
                continue
            }
            var value = segment.bytes[...]
            // The first says what it is written in; a value without the two quotes is taken as it is.
            if index == 0, let first = value.firstIndex(of: quote),
                let second = value[(first + 1)...].firstIndex(of: quote)
            {
                let named = String(decoding: value[..<first], as: UTF8.self).lowercased()
                charset = named.isEmpty ? nil : named
                value = value[(second + 1)...]
            }
            bytes += unescaped(value)
        }
        return MIMEParameter(name: run[0].name, bytes: bytes, charset: charset)
    }

    private static var quote: UInt8 { UInt8(ascii: "'") }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var at = text.startIndex
        while at < text.endIndex {
            if text[at] == UInt8(ascii: "%"), at + 2 < text.endIndex, let high = text[at + 1].hexadecimal,
                let low = text[at + 2].hexadecimal
            {
                bytes.append(high << 4 | low)
                at += 3
            } else {
                bytes.append(text[at])
                at += 1
            }
        }
        return bytes
    }
}

extension UInt8 {
    /// What a hexadecimal digit stands for.
    var hexadecimal: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}

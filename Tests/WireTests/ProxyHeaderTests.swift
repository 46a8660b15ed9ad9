import Testing
import Wire

struct ProxyHeaderTests {
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]

    /// A header of version 2; its length can be a lie.
    static func binary(_ command: UInt8, _ family: UInt8, _ block: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = length ?? block.count
        return signature + [command, family, UInt8(length >> 8), UInt8(length & 0xFF)] + block
    }

    static let v4Block: [UInt8] = [192, 0, 2, 7, 198, 51, 100, 1, 0x10, 0xE1, 0, 25]
    static let v6Block: [UInt8] =
        [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] + [0x20, 1, 0xD, 0xB8]
        + [UInt8](repeating: 0, count: 11) + [2, 1, 0, 0xFF, 0xFF]
    private static func room(_ path: String) -> [UInt8] {
        Array(path.utf8) + [UInt8](repeating: 0, count: 108 - path.utf8.count)
    }

    private static let v4 = (PeerAddress.ip("192.0.2.7", port: 4321), PeerAddress.ip("198.51.100.1", port: 25))
    private static let v6 = (PeerAddress.ip("2001:db8::1", port: 256), PeerAddress.ip("2001:db8::2", port: 65535))
    private static let extensions: [UInt8] = [4, 0, 3, 0, 0, 0, 0x20, 0, 0, 3, 0, 4, 1, 2, 3, 4]

    static let good: [([UInt8], (PeerAddress, PeerAddress)?)] = [
        (Array("PROXY TCP4 192.0.2.7 198.51.100.1 4321 25\r\n".utf8), v4),
        (Array("PROXY TCP6 2001:db8::1 2001:DB8:0::2 256 65535\r\n".utf8), v6),
        (Array("PROXY TCP6 ::ffff:192.0.2.7 ::ffff:198.51.100.1 4321 25\r\n".utf8), v4),
        (
            Array("PROXY TCP4 255.255.255.255 255.255.255.255 65535 0\r\n".utf8),
            (.ip("255.255.255.255", port: 65535), .ip("255.255.255.255", port: 0))
        ),
        (Array("PROXY UNKNOWN\r\n".utf8), nil),
        (Array("PROXY UNKNOWN ffff::ffff ffff::ffff 65535 65535\r\n".utf8), nil),
        (Array("PROXY UNKNOWN \(String(repeating: "x", count: 91))\r\n".utf8), nil),
        (binary(0x21, 0x11, v4Block), v4),
        (binary(0x21, 0x21, v6Block), v6),
        (binary(0x21, 0x11, v4Block + extensions), v4),
        (binary(0x21, 0x21, v6Block + extensions), v6),
        (
            binary(0x21, 0x31, room("/run/client") + room("/run/server")),
            (.unix(path: "/run/client"), .unix(path: "/run/server"))
        ),
        (
            binary(0x21, 0x31, room(String(repeating: "p", count: 108)) + room("\u{1b}[31m")),
            (.unix(path: String(repeating: "p", count: 108)), .unix(path: ""))
        ),
        (binary(0x20, 0x00, []), nil),
        (binary(0x20, 0x11, v4Block), nil),
        (binary(0x20, 0x99, [1, 2, 3]), nil),
        (binary(0x21, 0x00, []), nil),
        (binary(0x21, 0x00, [9, 9]), nil),
        (binary(0x21, 0x11, v4Block + [4, 0x0F, 0xE1] + [UInt8](repeating: 0, count: 4065)), v4),
    ]

    @Test("A whole header is read, whatever is behind it; any part of it needs more", arguments: good)
    func reads(_ bytes: [UInt8], _ ends: (PeerAddress, PeerAddress)?) {
        let expected = ProxyHeader.header(length: bytes.count, source: ends?.0, destination: ends?.1)
        for count in bytes.indices {
            let part = ProxyHeader.parse(bytes.span.extracting(0..<count))
            guard part == .needMore else {
                Issue.record("\(count) bytes: \(part)")
                return
            }
        }
        #expect(ProxyHeader.parse(bytes.span) == expected)
        let more = bytes + Array("\r\nEHLO me\r\n".utf8)
        #expect(ProxyHeader.parse(more.span) == expected)
    }

    static let bad: [([UInt8], String)] = [
        (Array("EHLO me\r\n".utf8), "begin"),
        (Array("PROXZ".utf8), "begin"),
        (Array("proxy TCP4 192.0.2.7 198.51.100.1 4321 25\r\n".utf8), "begin"),
        (Array("PROXY\r\n".utf8), "begin"),
        (Array("\r\n\r\n\0\r\nQUIT\r".utf8), "begin"),
        ([0x16, 3, 1], "begin"),
        (Array("PROXY \r\n".utf8), "protocol"),
        (Array("PROXY UDP4 192.0.2.7 198.51.100.1 4321 25\r\n".utf8), "protocol"),
        (Array("PROXY unknown\r\n".utf8), "protocol"),
        (Array("PROXY TCP4 192.0.2.7 198.51.100.1 4321\r\n".utf8), "six"),
        (Array("PROXY TCP4 192.0.2.7 198.51.100.1 4321 25 \r\n".utf8), "six"),
        (Array("PROXY TCP4  192.0.2.7 198.51.100.1 4321\r\n".utf8), "addresses"),
        (Array("PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n".utf8), "addresses"),
        (Array("PROXY TCP6 192.0.2.7 198.51.100.1 4321 25\r\n".utf8), "addresses"),
        (Array("PROXY TCP4 192.0.2.256 198.51.100.1 4321 25\r\n".utf8), "addresses"),
        (Array("PROXY TCP4 192.0.2.7 198.51.100.1 65536 25\r\n".utf8), "addresses"),
        (Array("PROXY TCP4 192.0.2.7 198.51.100.1 +1 25\r\n".utf8), "addresses"),
        (Array("PROXY TCP4 192.0.2.7 198.51.100.1 01 25\r\n".utf8), "addresses"),
        (Array("PROXY TCP4 192.0.2.7 198.51.100.1 -1 25\r\n".utf8), "addresses"),
        (Array("PROXY TCP4 192.0.2.7 198.51.100.1 4321 25\n".utf8), "text"),
        (Array("PROXY TCP4 192.0.2.7 198.51.100.1 4321 25\rX".utf8), "bare CR"),
        (Array("PROXY UNKNOWN \u{e9}\r\n".utf8), "text"),
        (Array("PROXY UNKNOWN \0\r\n".utf8), "text"),
        (Array("PROXY UNKNOWN \(String(repeating: "x", count: 92))\r\n".utf8), "107"),
        (Array("PROXY UNKNOWN \(String(repeating: "x", count: 93))".utf8), "107"),
        (binary(0x11, 0x11, v4Block), "version"),
        (binary(0x31, 0x11, v4Block), "version"),
        (binary(0x22, 0x11, v4Block), "command"),
        (binary(0x21, 0x12, v4Block), "stream"),
        (binary(0x21, 0x22, v6Block), "stream"),
        (binary(0x21, 0x41, v4Block), "stream"),
        (binary(0x21, 0x01, v4Block), "stream"),
        (binary(0x21, 0x11, v4Block, length: 11), "too short"),
        (binary(0x21, 0x21, v4Block), "too short"),
        (binary(0x21, 0x31, v6Block), "too short"),
        (binary(0x21, 0x11, v4Block + [4]), "cut off"),
        (binary(0x21, 0x11, v4Block + [4, 0]), "cut off"),
        (binary(0x21, 0x11, v4Block + [4, 0, 1]), "cut off"),
        (binary(0x21, 0x11, v4Block + [4, 0, 0, 5, 0xFF, 0xFF, 1]), "cut off"),
        (binary(0x21, 0x11, v4Block, length: 4081), "4096"),
        (binary(0x20, 0x00, [], length: 65535), "4096"),
    ]

    @Test("What is no header is said to be none, and never becomes one with more bytes", arguments: bad)
    func refuses(_ bytes: [UInt8], _ word: String) {
        guard case .malformed(let reason) = ProxyHeader.parse(bytes.span) else {
            Issue.record("\(ProxyHeader.parse(bytes.span))")
            return
        }
        #expect(reason.contains(word), "\(reason)")
        #expect(reason.hasSuffix("."))
        var isOver = false
        for count in 0...bytes.count {
            switch ProxyHeader.parse(bytes.span.extracting(0..<count)) {
            case .needMore: #expect(!isOver)
            case .header: Issue.record("\(count) bytes are a header")
            case .malformed: isOver = true
            }
        }
        #expect(isOver)
    }

    @Test("Whatever the bytes are, parsing ends and takes no more than there are")
    func anything() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20000 {
            var bytes = Self.good[Int.random(in: 0..<Self.good.count - 1, using: &generator)].0
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            if case .header(let length, _, _) = ProxyHeader.parse(bytes.span) { #expect(length <= bytes.count) }
        }
    }
}

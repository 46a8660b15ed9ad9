/// Networks such as 192.0.2.0/24, 2001:db8::/32 or a single address, and whether an address is in one.
struct NetworkList: Sendable {
    private struct Network: Sendable {
        let bytes: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            for (place, (mine, other)) in zip(bytes, address).enumerated() {
                let left = bits - 8 * place
                if left <= 0 { return true }
                let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> left)
                if (mine ^ other) & mask != 0 { return false }
            }
            return true
        }
    }

    private var networks: [Network] = []

    init() {}

    var isEmpty: Bool { networks.isEmpty }

    /// Adds one; false when the text is no network.
    mutating func add(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.bytes(of: parts[0]) else { return false }
        guard parts.count == 2 else {
            networks.append(Network(bytes: bytes, bits: 8 * bytes.count))
            return true
        }
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let bits = Int(parts[1]),
            bits <= 8 * bytes.count
        else { return false }
        networks.append(Network(bytes: bytes, bits: bits))
        return true
    }

    func contains(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = Self.bytes(of: address[...]) else { return false }
        return networks.contains { $0.contains(bytes) }
    }

    /// 4 or 16 bytes; an IPv6 address that stands for an IPv4 one is that one (RFC 4291 §2.5.5.2).
    private static func bytes(of text: Substring) -> [UInt8]? {
        guard text.utf8.contains(UInt8(ascii: ":")) else { return four(text) }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2, let head = groups(halves[0]) else { return nil }
        guard halves.count == 2 else { return head.count == 16 ? plain(head) : nil }
        guard let tail = groups(halves[1]), head.count + tail.count <= 14 else { return nil }
        return plain(head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail)
    }

    private static func plain(_ bytes: [UInt8]) -> [UInt8] {
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes[12...]) : bytes
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let words = text.split(separator: ":", omittingEmptySubsequences: false)
        for (place, word) in words.enumerated() {
            if place == words.count - 1, word.utf8.contains(UInt8(ascii: ".")) {
                guard let end = four(word) else { return nil }
                bytes += end
            } else {
                guard (1...4).contains(word.utf8.count), word.utf8.first != UInt8(ascii: "+"),
                    let group = UInt16(word, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }

    private static func four(_ text: Substring) -> [UInt8]? {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = words.compactMap { word in
            word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(word) : nil
        }
        return words.count == 4 && bytes.count == 4 ? bytes : nil
    }
}

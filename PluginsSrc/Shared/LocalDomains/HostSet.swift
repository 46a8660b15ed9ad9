/// A set of host names that answers for bytes, without making a String of them.
///
/// Every recipient is looked up here, so the names lie in one block of memory behind an open-addressed table. ASCII
/// letters are the same in both cases; other bytes must be equal.
struct HostSet: Sendable {
    private var bytes: [UInt8] = []
    /// Where name N starts; the end of the last is the end of `bytes`.
    private var starts: [Int] = [0]
    /// A power of two long, at most half full: 0 is free, N + 1 is name N.
    private var slots: [UInt32]

    init(_ names: some Collection<String>) {
        var size = 8
        while size < names.count * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        for name in names { insert(Array(name.utf8)) }
    }

    /// How many different names there are.
    var count: Int { starts.count - 1 }

    func contains(_ name: Span<UInt8>) -> Bool { slots[slot(of: name)] != 0 }

    private mutating func insert(_ name: [UInt8]) {
        let slot = slot(of: name.span)
        guard slots[slot] == 0 else { return }
        bytes += name.map(Self.folded)
        starts.append(bytes.count)
        slots[slot] = UInt32(count)
    }

    /// The slot that holds the name, or the free one where it belongs.
    private func slot(of name: Span<UInt8>) -> Int {
        let mask = slots.count - 1
        var slot = Self.hash(name) & mask
        while slots[slot] != 0 && !isEqual(Int(slots[slot]) - 1, name) { slot = (slot + 1) & mask }
        return slot
    }

    private func isEqual(_ index: Int, _ name: Span<UInt8>) -> Bool {
        let start = starts[index]
        guard starts[index + 1] - start == name.count else { return false }
        for offset in name.indices where bytes[start + offset] != Self.folded(name[offset]) { return false }
        return true
    }

    // FNV-1a. The names are the administrator's, so a stranger cannot fill the table with collisions.
    private static func hash(_ name: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in name.indices { hash = (hash ^ UInt64(folded(name[index]))) &* 0x0000_0100_0000_01b3 }
        return Int(truncatingIfNeeded: hash >> 7)
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}

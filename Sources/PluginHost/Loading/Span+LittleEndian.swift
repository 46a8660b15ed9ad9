/// Bounds-checked reads of ELF fields, so that a file cannot make the parser look past its own end.
extension Span where Element == UInt8 {
    /// The integer at `offset`, or nil when it does not lie wholly inside.
    func integer<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type, at offset: Int) -> T? {
        let size = T.bitWidth / 8
        guard offset >= 0, offset <= count, count - offset >= size else { return nil }
        var value: T = 0
        for index in 0..<size { value |= T(self[offset + index]) << T(8 * index) }
        return value
    }

    func u16(at offset: Int) -> UInt16? { integer(UInt16.self, at: offset) }
    func u32(at offset: Int) -> UInt32? { integer(UInt32.self, at: offset) }
    func u64(at offset: Int) -> UInt64? { integer(UInt64.self, at: offset) }

    /// The bytes from `offset`, `size` of them, as a range; nil when they do not lie wholly inside.
    func range(at offset: UInt64, size: UInt64) -> Range<Int>? {
        guard let start = Int(exactly: offset), let length = Int(exactly: size) else { return nil }
        guard start <= count, length <= count - start else { return nil }
        return start..<start + length
    }

    /// The text from `offset` to the next NUL before `end`; nil when there is none, or none within `limit` bytes.
    ///
    /// The limit keeps a table of many names that all lead into one long text from taking for ever.
    func text(at offset: Int, before end: Int, limit: Int) -> String? {
        guard offset >= 0, offset < end, end <= count else { return nil }
        let last = Swift.min(end, offset + limit + 1)
        var stop = offset
        while stop < last, self[stop] != 0 { stop += 1 }
        guard stop < last else { return nil }
        return String(decoding: copy(offset..<stop), as: UTF8.self)
    }

    /// An array of the bytes in `range`, which lies inside.
    func copy(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for index in range { bytes.append(self[index]) }
        return bytes
    }
}

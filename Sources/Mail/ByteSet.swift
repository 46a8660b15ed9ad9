/// A set of ASCII characters that is asked in one shift.
package struct ByteSet: Sendable, Equatable {
    @usableFromInline let low: UInt64
    @usableFromInline let high: UInt64

    @inlinable @inline(__always)
    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inlinable @inline(__always)
    package func contains(_ byte: UInt8) -> Bool {
        let half = byte < 64 ? low : high
        return byte < 128 && (half >> (UInt64(byte) & 63)) & 1 == 1
    }

    /// Whether all of these bytes are in the set.
    @inlinable
    package func containsAll(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !contains(bytes[index]) { return false }
        return true
    }

    /// The characters of an atom: RFC 5322 §3.2.3.
    static var atext: ByteSet { ByteSet(low: 0xA3FF_ACFA_0000_0000, high: 0x7FFF_FFFF_C7FF_FFFE) }
    /// Letters, digits and the hyphen: RFC 5321 §4.1.2, `Ldh-str`.
    static var domain: ByteSet { ByteSet(low: 0x03FF_2000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE) }
    /// The characters of a field's name: RFC 5322 §2.2.
    static var fieldName: ByteSet { ByteSet(low: 0xFBFF_FFFE_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF) }
}

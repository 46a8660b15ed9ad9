/// A set of ASCII characters that is asked in one shift.
struct ByteSet: Sendable, Equatable {
    private let low: UInt64
    private let high: UInt64

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    func contains(_ byte: UInt8) -> Bool {
        let half = byte < 64 ? low : high
        return byte < 128 && (half >> (UInt64(byte) & 63)) & 1 == 1
    }

    /// The characters of an atom: RFC 5322 §3.2.3.
    static var atext: ByteSet { ByteSet(low: 0xA3FF_ACFA_0000_0000, high: 0x7FFF_FFFF_C7FF_FFFE) }
    /// Letters, digits and the hyphen: RFC 5321 §4.1.2, `Ldh-str`.
    static var domain: ByteSet { ByteSet(low: 0x03FF_2000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE) }
    /// The characters of a field's name: RFC 5322 §2.2.
    static var fieldName: ByteSet { ByteSet(low: 0xFBFF_FFFE_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF) }
}

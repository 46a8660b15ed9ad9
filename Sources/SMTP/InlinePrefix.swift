/// The few bytes in front of a reply's text, without an allocation.
struct InlinePrefix {
    private var bytes: InlineArray<16, UInt8> = InlineArray(repeating: 0)
    private(set) var count = 0

    subscript(index: Int) -> UInt8 { bytes[index] }

    mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    /// A number below 1000, in decimal.
    mutating func append(number: UInt16) {
        if number >= 100 { append(UInt8(ascii: "0") + UInt8(number / 100 % 10)) }
        if number >= 10 { append(UInt8(ascii: "0") + UInt8(number / 10 % 10)) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}

/// Texts and numbers as bytes: what every reply, trace field and log line is made of.
extension [UInt8] {
    /// Appends a text's UTF-8; half the cost of `append(contentsOf: text.utf8)` for the short texts of mail.
    @inlinable
    package mutating func append(text: String) { append(copying: text.utf8.span) }

    /// Appends bytes from elsewhere.
    @inlinable
    package mutating func append(copying bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }

    /// Appends a number in decimal, with zeros in front up to so many digits.
    @inlinable
    package mutating func append(decimal number: UInt64, digits: Int = 1) {
        if number >= 10 || digits > 1 { append(decimal: number / 10, digits: digits - 1) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}

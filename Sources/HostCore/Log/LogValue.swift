/// A value of a log line's field.
enum LogValue: Sendable, Equatable {
    case text(String)
    /// What a peer sent, perhaps not UTF-8.
    case bytes([UInt8])
    case number(Int64)
    case flag(Bool)
    /// Three counts: "1/0/2".
    case counts(Int, Int, Int)
    /// Seconds, with milliseconds behind the point.
    case seconds(Duration)

    init(_ number: some BinaryInteger) { self = .number(Int64(clamping: number)) }
}

/// A field of a log line: its key and its value.
typealias LogField = (String, LogValue)

extension LogValue: ExpressibleByStringInterpolation {
    init(stringLiteral value: String) { self = .text(value) }
}

extension LogValue: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int64) { self = .number(value) }
}

extension LogValue: ExpressibleByBooleanLiteral {
    init(booleanLiteral value: Bool) { self = .flag(value) }
}

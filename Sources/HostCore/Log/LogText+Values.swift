extension LogText {
    /// A value behind `key=`.
    mutating func pair(_ value: LogValue) {
        switch value {
        case .text(let string): self.value(string)
        case .bytes(let bytes): self.value(bytes.span)
        case .number(let number): self.number(number)
        case .flag(let flag): raw(flag ? "true" : "false")
        case .seconds(let duration): seconds(duration)
        }
    }

    /// A value of a JSON object.
    mutating func member(_ value: LogValue) {
        switch value {
        case .text(let string): json(string.utf8.span)
        case .bytes(let bytes): json(bytes.span)
        case .number(let number): self.number(number)
        case .flag(let flag): raw(flag ? "true" : "false")
        case .seconds(let duration): seconds(duration)
        }
    }

    /// RFC 3339 in UTC with milliseconds; `time` in nanoseconds since 1970.
    mutating func time(_ time: Int64) {
        let (days, nanoseconds) = time.divided(by: 86_400_000_000_000)
        let (year, month, day) = Self.date(days)
        digits(year, 4)
        for (mark, part) in [("-", month), ("-", day)] {
            raw(mark)
            digits(part, 2)
        }
        let seconds = nanoseconds / 1_000_000_000
        for (mark, part) in [("T", seconds / 3600), (":", seconds / 60 % 60), (":", seconds % 60)] {
            raw(mark)
            digits(part, 2)
        }
        raw(".")
        digits(nanoseconds / 1_000_000 % 1000, 3)
        raw("Z")
    }

    private mutating func seconds(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        number(seconds)
        raw(".")
        digits(attoseconds / 1_000_000_000_000_000, 3)
    }

    private mutating func digits(_ number: Int64, _ count: Int) {
        let text = String(number)
        for _ in 0..<max(0, count - text.utf8.count) { raw("0") }
        raw(text)
    }

    /// The Gregorian date, so many days after 1970-01-01.
    ///
    /// Counts years from March, so that a leap day is the last of its year.
    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, day) = (days + 719_468).divided(by: 146_097)
        let yearOfEra = (day - day / 1460 + day / 36524 - day / 146_096) / 365
        let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * fromMarch + 2) / 5 + 1)
    }
}

extension Int64 {
    /// Rounds down, so that the rest is never negative.
    fileprivate func divided(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}

extension LogText {
    /// One fact, behind what was written before it.
    mutating func field(_ key: String, _ value: LogValue, _ format: LogFormat) {
        switch format {
        case .plain, .logfmt:
            field(key)
            pair(value)
        case .json:
            raw(",\"")
            self.key(key)
            raw("\":")
            member(value)
        }
    }

    /// Ends the line.
    mutating func end(_ format: LogFormat) {
        if format == .json { mark("}") }
        mark("\n")
    }

    /// A value behind `key=`.
    mutating func pair(_ value: LogValue) {
        switch value {
        case .text(let string): self.value(string.utf8.span)
        case .bytes(let bytes): self.value(bytes.span)
        case .number(let number): self.number(number)
        case .flag(let flag): raw(flag ? "true" : "false")
        case .counts(let first, let second, let third): counts(first, second, third)
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
        case .counts(let first, let second, let third):
            mark("\"")
            counts(first, second, third)
            mark("\"")
        case .seconds(let duration): seconds(duration)
        }
    }

    /// RFC 3339 in UTC with milliseconds; `time` in nanoseconds since 1970.
    mutating func time(_ time: Int64) {
        let (days, nanoseconds) = time.divided(by: 86_400_000_000_000)
        let (year, month, day) = Self.date(days)
        number(year, digits: 4)
        let dated: [(Unicode.Scalar, Int64)] = [("-", month), ("-", day)]
        for (mark, part) in dated {
            self.mark(mark)
            number(part, digits: 2)
        }
        let seconds = nanoseconds / 1_000_000_000
        let timed: [(Unicode.Scalar, Int64)] = [("T", seconds / 3600), (":", seconds / 60 % 60), (":", seconds % 60)]
        for (mark, part) in timed {
            self.mark(mark)
            number(part, digits: 2)
        }
        mark(".")
        number(nanoseconds / 1_000_000 % 1000, digits: 3)
        mark("Z")
    }

    private mutating func counts(_ first: Int, _ second: Int, _ third: Int) {
        number(Int64(first))
        mark("/")
        number(Int64(second))
        mark("/")
        number(Int64(third))
    }

    private mutating func seconds(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        number(seconds)
        mark(".")
        number(attoseconds / 1_000_000_000_000_000, digits: 3)
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

/// An instant as mail writes it: "Sun, 22 Nov 2026 14:00:38 +0000".
public struct MailDate: Sendable, Equatable {
    /// Since 1970-01-01 00:00 UTC, without leap seconds.
    public var secondsSinceEpoch: Int64
    /// What the clock on the wall is ahead of UTC, in minutes; -1439 to 1439.
    public var minutesEastOfUTC: Int

    public init(secondsSinceEpoch: Int64, minutesEastOfUTC: Int = 0) {
        self.secondsSinceEpoch = secondsSinceEpoch
        self.minutesEastOfUTC = minutesEastOfUTC
    }

    /// RFC 5322 §3.3, `date-time`.
    public var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes ``text``.
    public func append(to output: inout [UInt8]) {
        let (days, second) = Self.divide(secondsSinceEpoch + Int64(minutesEastOfUTC) * 60, by: 86_400)
        let date = Self.civil(days)
        output.append(text: Self.weekdays[Int(Self.divide(days + 4, by: 7).rest)])
        output.append(decimal: UInt64(date.day))
        output.append(text: Self.months[date.month - 1])
        output.append(decimal: UInt64(clamping: date.year), digits: 4)
        output.append(UInt8(ascii: " "))
        output.append(decimal: UInt64(second / 3600), digits: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: UInt64(second / 60 % 60), digits: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: UInt64(second % 60), digits: 2)
        output.append(text: minutesEastOfUTC < 0 ? " -" : " +")
        let offset = UInt64(minutesEastOfUTC.magnitude)
        output.append(decimal: offset / 60, digits: 2)
        output.append(decimal: offset % 60, digits: 2)
    }

    private static let weekdays = ["Sun, ", "Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, "]
    private static let months = [
        " Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec ",
    ]

    /// The proleptic Gregorian date of a day since the epoch.
    ///
    /// Counted from 1 March 0000, so that the leap day is the last of its year; 146,097 days are 400 years.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int, day: Int) {
        let (era, dayOfEra) = divide(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), Int(month), Int(day))
    }

    /// Division that rounds down, so that times before 1970 work too.
    private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let rest = (value % divisor + divisor) % divisor
        return ((value - rest) / divisor, rest)
    }
}

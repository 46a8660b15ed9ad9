internal import Mail

/// An instant as RFC 3339 §5.6 writes it: "2026-11-22T14:00:38Z".
enum InternetTime {
    static func text(secondsSinceEpoch seconds: Int64) -> String {
        // The era of 400 years has 146,097 days; counted from 1 March, the leap day is the last of its year.
        let second = (seconds % 86_400 + 86_400) % 86_400
        let days = (seconds - second) / 86_400 + 719_468
        let dayOfEra = (days % 146_097 + 146_097) % 146_097
        let era = (days - dayOfEra) / 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        return "\(date)T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
    }

    private static func padded(_ value: Int64, _ digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Seconds since 1970 of `date-time`, or nil for anything else; a fraction of a second is dropped.
    static func read(_ text: Span<UInt8>) -> Int64? {
        guard text.count >= 20, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10].uppercased == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let year = number(text, 0..<4), let month = number(text, 5..<7), let day = number(text, 8..<10),
            let hour = number(text, 11..<13), let minute = number(text, 14..<16), let second = number(text, 17..<19),
            (1...12).contains(month), day >= 1, day <= days(in: month, of: year), hour < 24, minute < 60, second <= 60,
            let offset = offset(text, from: 19)
        else { return nil }
        let clock = hour * 3600 + minute * 60 + second
        return daysSinceEpoch(year, month, day) * 86_400 + clock - offset * 60
    }

    /// Minutes east of UTC, behind a fraction of a second if there is one.
    private static func offset(_ text: Span<UInt8>, from place: Int) -> Int64? {
        var at = place
        if text[at] == UInt8(ascii: ".") {
            at += 1
            guard at < text.count, text[at].isDigit else { return nil }
            while at < text.count, text[at].isDigit { at += 1 }
        }
        guard at < text.count else { return nil }
        if text[at].uppercased == UInt8(ascii: "Z") { return at + 1 == text.count ? 0 : nil }
        let isWest = text[at] == UInt8(ascii: "-")
        guard isWest || text[at] == UInt8(ascii: "+"), at + 6 == text.count, text[at + 3] == UInt8(ascii: ":"),
            let hours = number(text, at + 1..<at + 3), let minutes = number(text, at + 4..<at + 6),
            hours < 24, minutes < 60
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 60 + minutes)
    }

    private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        var value: Int64 = 0
        for index in range {
            guard text[index].isDigit else { return nil }
            value = value * 10 + Int64(text[index] - UInt8(ascii: "0"))
        }
        return value
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? month - 3 : month + 9
        let years = month > 2 ? year : year - 1
        let era = (years >= 0 ? years : years - 399) / 400
        let yearOfEra = years - era * 400
        let dayOfYear = (153 * shifted + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

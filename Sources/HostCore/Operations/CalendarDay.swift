/// A day as it is written: 2026-11-22, in UTC.
enum CalendarDay {
    /// Of a moment in seconds since 1970; Gregorian for ever.
    static func text(_ seconds: Int64) -> String {
        // Eras of 400 years, which begin in March, so that the leap day is a year's last.
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let day = days - era * 146_097
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let ofYear = day - (365 * year + year / 4 - year / 100)
        let march = (5 * ofYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        let shown = era * 400 + year + (month <= 2 ? 1 : 0)
        return "\(shown)-\(two(month))-\(two(ofYear - (153 * march + 2) / 5 + 1))"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

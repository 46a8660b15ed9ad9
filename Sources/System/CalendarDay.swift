/// A day in UTC as it is written: 2026-11-22.
public enum CalendarDay {
    /// Of a moment in seconds since 1970.
    public static func text(_ seconds: Int64) -> String {
        text(day: (seconds >= 0 ? seconds : seconds - 86_399) / 86_400)
    }

    /// Of a day since 1970; Gregorian for ever.
    public static func text(day: Int64) -> String {
        // Eras of 400 years, which begin in March, so that the leap day is a year's last.
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let march = (5 * ofYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        let shown = era * 400 + year + (month <= 2 ? 1 : 0)
        return "\(shown)-\(two(month))-\(two(ofYear - (153 * march + 2) / 5 + 1))"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

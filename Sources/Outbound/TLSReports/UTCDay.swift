/// A day as RFC 3339 writes it: 2026-11-23.
enum UTCDay {
    /// Of a day since 1970; the Gregorian calendar for ever.
    static func text(_ day: Int) -> String {
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

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

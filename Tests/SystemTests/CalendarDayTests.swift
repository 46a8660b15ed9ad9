import System
import Testing

struct CalendarDayTests {
    @Test(arguments: [
        (0, "1970-01-01"), (-1, "1969-12-31"), (951_782_400, "2000-02-29"), (951_868_800, "2000-03-01"),
        (1_795_219_200, "2026-11-21"), (4_102_444_799, "2099-12-31"), (4_107_542_400, "2100-03-01"),
    ])
    func `A moment is on the day of the calendar`(seconds: Int64, day: String) {
        #expect(CalendarDay.text(seconds) == day)
    }

    @Test(arguments: [
        (0, "1970-01-01"), (20_780, "2026-11-23"), (19_782, "2024-02-29"), (19_783, "2024-03-01"),
        (11_016, "2000-02-29"), (-1, "1969-12-31"),
    ])
    func `A day is written as the calendar has it`(day: Int64, text: String) {
        #expect(CalendarDay.text(day: day) == text)
    }
}

import Testing

@testable import Outbound

struct RetryScheduleTests {
    @Test(arguments: [
        ("none", []), ("5s", [5]), ("5m*3, 1h", [300, 300, 300, 3600]), ("1d*2", [86_400, 86_400]),
        (" 10s * 2 ,1m", [10, 10, 60]),
    ])
    func `A list of intervals is read`(text: String, seconds: [Int]) {
        #expect(RetrySchedule(text)?.intervals == seconds.map { .seconds($0) })
    }

    @Test(arguments: [
        "", "4s", "5", "5w", "5m*0", "5m*1001", "5m**2", "5m,", "-5m", "+5m", "5m*+2", "\u{ff15}m",
        "99999999999999999d",
    ])
    func `What is no list of intervals is refused`(text: String) {
        #expect(RetrySchedule(text) == nil)
    }

    @Test func `The usual waits are Haraka's`() {
        let waits = (1...12).map { RetrySchedule.usual.wait(afterFailures: $0, limit: 13, chance: 0) }
        #expect(waits.first == .seconds(64) && waits.last == .seconds(131_072))
        #expect(RetrySchedule.usual.wait(afterFailures: 13, limit: 13, chance: 0) == nil)
        #expect(RetrySchedule.usual.wait(afterFailures: 13, limit: 99, chance: 0) == nil)
        #expect(RetrySchedule.usual.wait(afterFailures: 3, limit: 3, chance: 0) == nil)
    }

    @Test func `A tenth is left to chance`() {
        #expect(RetrySchedule.usual.wait(afterFailures: 1, limit: 13, chance: 1) == .seconds(64) * 1.1)
    }
}

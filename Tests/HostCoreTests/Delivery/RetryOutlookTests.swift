import Outbound
import Testing

@testable import HostCore
@testable import Queue

struct RetryOutlookTests {
    private let start = QueueTime(secondsSinceEpoch: 1_700_000_000)

    @Test(arguments: [
        // failures, due, attempts that are left, their end
        (0, 0, 4, 70), (1, 10, 3, 70), (2, 30, 2, 70), (3, 70, 1, 70), (9, 80, 1, 80),
    ])
    func `Attempts are counted to the end of the schedule`(failures: Int, due: Int, attempts: Int, end: Int) {
        var settings = RunnerSettings()
        settings.schedule = RetrySchedule([.seconds(10), .seconds(20), .seconds(40)])
        let outlook = RetryOutlook(after: failures, due: start + .seconds(due), arrived: start, settings)
        #expect(outlook.attempts == attempts && outlook.end == start + .seconds(end))
    }

    @Test func `Age and maxTempFailures end it earlier`() {
        var settings = RunnerSettings()
        settings.schedule = RetrySchedule(Array(repeating: .seconds(10), count: 99))
        settings.longestAge = .seconds(25)
        #expect(RetryOutlook(after: 0, due: start, arrived: start, settings).end == start + .seconds(30))
        settings.maxFailures = 2
        #expect(RetryOutlook(after: 0, due: start, arrived: start, settings).end == start + .seconds(10))
    }
}

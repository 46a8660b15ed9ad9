internal import Outbound
internal import Queue

/// When mail that fails again and again is given up, as far as today's settings tell.
struct RetryOutlook: Equatable {
    /// Attempts that are left.
    let attempts: Int
    /// When the last of them is; chance adds up to a tenth to each wait.
    let end: QueueTime

    /// Behind so many failures, with the next attempt due then, of a message that was queued at some time.
    init(after failures: Int, due: QueueTime, arrived: QueueTime, _ settings: RunnerSettings) {
        var (failures, time, count) = (failures + 1, due, 1)
        while time - arrived < settings.longestAge,
            let wait = settings.schedule.wait(afterFailures: failures, limit: settings.maxFailures, chance: 0)
        {
            time = time + wait
            failures += 1
            count += 1
        }
        (attempts, end) = (count, time)
    }
}

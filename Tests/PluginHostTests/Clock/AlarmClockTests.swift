import Testing

@testable import PluginHost

struct AlarmClockTests {
    @Test func `a clock that got no thread tries again with the next alarm, and rings the old one too`() {
        let attempts = Guarded(0)
        let rung = Guarded<Set<Int>>([])
        let clock = AlarmClock(
            starter: { name, body in
                let isFirst = attempts.withLock { count in
                    count += 1
                    return count == 1
                }
                return isFirst ? false : Thread.start(named: name, body)
            },
            ring: { _, _ in }
        )
        for number in [1, 2] {
            clock.arm(after: .zero) { _ in
                rung.withLock { _ = $0.insert(number) }
                rung.announceToAll()
            }
        }
        let limit = Instant.now.advanced(by: 10_000_000_000)
        #expect(rung.wait(until: limit) { $0 == [1, 2] ? true : nil } == true)
        #expect(attempts.withLock { $0 } == 2)
        clock.stop()
    }
}

import Queue
import Testing

@testable import Outbound

/// How a destination that defers is slowed, and speeds up again.
struct PaceTests {
    private let start = QueueTime(secondsSinceEpoch: 1_700_000_000)

    @Test func `Each deferral halves the connections and doubles the pause, down to one and up to a minute`() {
        var pace = Pace()
        var now = start
        var seen: [Int] = []
        var pauses: [Int] = []
        for _ in 0..<9 {
            let isFirst = seen.isEmpty
            let wasFull = pace.slow(limit: 10, at: now)
            #expect(wasFull == isFirst)
            seen.append(pace.limit(10))
            pauses.append(Int(pace.pause.components.seconds))
            #expect(pace.opening(at: now) == now + pace.pause)
            now = now + pace.pause
            #expect(pace.opening(at: now) == nil)
        }
        #expect(seen == [5, 2, 1, 1, 1, 1, 1, 1, 1])
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        // Between two connections, too.
        pace.began(at: now)
        #expect(pace.opening(at: now + .seconds(59)) == now + .seconds(60))
        // What is said on a connection that has just begun counts.
        var fresh = Pace()
        _ = fresh.slow(limit: 10, at: start)
        fresh.began(at: start + .seconds(1))
        _ = fresh.slow(limit: 10, at: start + .seconds(1))
        #expect(fresh.limit(10) == 2)
    }

    @Test func `What several connections hear at once counts once`() {
        var pace = Pace()
        for second in [0, 0, 0] { _ = pace.slow(limit: 10, at: start + .seconds(second)) }
        #expect(pace.limit(10) == 5)
    }

    @Test func `Each success gives a connection back, until all may be there`() {
        var pace = Pace()
        let wasSlow = pace.succeed(limit: 10)
        #expect(!wasSlow)
        _ = pace.slow(limit: 10, at: start)
        _ = pace.slow(limit: 10, at: start + .seconds(1))
        var seen: [Int] = []
        while !pace.succeed(limit: 10) { seen.append(pace.limit(10)) }
        #expect(seen == [3, 4, 5, 6, 7, 8, 9])
        #expect(pace.isFull && pace.pause == .zero && pace.opening(at: start) == nil)
        #expect(pace.limit(3) == 3)
    }

    @Test func `A limit that was lowered meanwhile holds`() {
        var pace = Pace()
        _ = pace.slow(limit: 10, at: start)
        #expect(pace.limit(2) == 2)
        let isFull = pace.succeed(limit: 2)
        #expect(isFull)
    }

    @Test func `A clock that is set back doesn't make the pause longer`() {
        var pace = Pace()
        _ = pace.slow(limit: 10, at: start)
        #expect(pace.opening(at: start + .seconds(-3600)) == nil)
    }
}

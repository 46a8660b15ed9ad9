import Testing

@testable import PluginHost

struct LaneTests {
    /// Opened once, for all who wait there.
    private final class Gate: Sendable {
        private let isOpen = Guarded(false)
        func open() {
            isOpen.withLock { $0 = true }
            isOpen.announceToAll()
        }
        func wait() -> Bool {
            isOpen.wait(until: Instant.now.advanced(by: 10_000_000_000)) { $0 ? true : nil } ?? false
        }
    }

    @Test func `what is queued behind a slow job is begun by another thread`() throws {
        // Both jobs meet one idle thread, which is woken for the first: each round is another chance of the race.
        for _ in 0..<100 {
            let lane = Lane(name: "p")
            lane.widen(to: 2)
            defer { lane.close {} }
            let idle = Gate()
            try lane.push(.task { idle.open() })
            #expect(idle.wait())
            let second = Gate()
            let isServed = Guarded<Bool?>(nil)
            try lane.push(
                .task {
                    let served = second.wait()
                    isServed.withLock { $0 = served }
                    isServed.announceToAll()
                }
            )
            try lane.push(.task { second.open() })
            try #require(isServed.wait { $0 } == true)
        }
    }
}

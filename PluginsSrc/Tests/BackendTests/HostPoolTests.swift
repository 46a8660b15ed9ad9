import Backend
import Testing

@Suite struct HostPoolTests {
    private let pool = HostPool(["a", "b", "c"].compactMap { Remote($0) }, rest: .seconds(90))
    private let now = ContinuousClock.now

    private func order(_ seconds: Int = 0) -> String {
        pool.order(now: now + .seconds(seconds)).map(\.host).joined()
    }

    @Test("The servers take turns")
    func turns() { #expect([order(), order(), order(), order()] == ["abc", "bca", "cab", "abc"]) }

    @Test("One that failed comes last for its time, and first again when it has worked")
    func rests() {
        pool.failed(pool.remotes[1], now: now)
        #expect([order(), order(), order()] == ["acb", "cab", "cab"])
        #expect([order(91), order(91)] == ["abc", "bca"])
        pool.failed(pool.remotes[2], now: now)
        pool.worked(pool.remotes[2])
        #expect(order() == "cab")
    }

    @Test("When all have failed all are tried all the same")
    func desperate() {
        for remote in pool.remotes { pool.failed(remote, now: now) }
        #expect(order() == "abc")
    }
}

import Mail
import Outbound
import Queue
import SMTP
import Testing

/// What the sender has asked for with MT-PRIORITY, HOLDFOR and BY, and who waits for whom.
@Suite(.timeLimit(.minutes(15))) struct RunnerTermsTests {
    private static func settings(_ change: (inout RunnerSettings) -> Void) -> RunnerSettings {
        var settings = RunnerSettings()
        settings.schedule = RetrySchedule(Array(repeating: .seconds(100), count: 100))
        settings.maxFailures = 1000
        change(&settings)
        return settings
    }

    private static let deferAll: RunnerStage.Deed = { _, desk, _ in
        while let lease = await desk.next() {
            await desk.defer(lease, .refused(Reply(451, "not now"), at: .recipient))
        }
    }

    @Test func `Urgent mail goes first, within a destination and among destinations`() async throws {
        let stage = try RunnerStage(Self.settings { $0.concurrency = 1 })
        stage.traffic.change { $0.isOpen = false }
        try await stage.seal(["first"], to: "x@a.example")
        try await stage.run {
            await stage.traffic.until { $0.runningAtOnce == 1 }
            try await stage.seal(["b-low"], to: "x@b.example") { $0.priority = -4 }
            try await stage.seal(["c"], to: "x@c.example")
            try await stage.seal(["d"], to: "x@d.example")
            try await stage.seal(["d-high"], to: "x@d.example") { $0.priority = 9 }
            try await stage.seal(["e-some"], to: "x@e.example") { $0.priority = 1 }
            stage.traffic.change { $0.isOpen = true }
            await stage.traffic.until { $0.delivered.count == 6 && $0.runningAtOnce == 0 }
        }
        let delivered = stage.traffic.value.delivered
        #expect(delivered.prefix(3) == ["first", "d-high", "d"])
        #expect(delivered[3] == "e-some")
        #expect(delivered.suffix(2) == ["c", "b-low"])
    }

    @Test func `Ten thousand messages of one sender don't delay another's to the same destination`() async throws {
        let stage = try RunnerStage(Self.settings { $0.concurrencyPerDestination = 2 })
        try await stage.seal((0..<10_000).map { "m\($0)" }, to: "x@big.example", from: "bulk@a.example")
        try await stage.run {
            await stage.traffic.until { $0.delivered.count > 100 }
            let before = stage.traffic.value.delivered.count
            try await stage.seal(["single"], to: "x@big.example", from: "eve@b.example")
            await stage.traffic.until { $0.delivered.contains("single") }
            let between = stage.traffic.value.delivered.count - before
            // What the two had taken, and what they delivered while it was sealed.
            #expect(between < 1000, "\(between) went before it")
        }
    }

    @Test func `What was held back has all its time from then on`() async throws {
        let stage = try RunnerStage(
            Self.settings {
                $0.longestAge = .seconds(15)
                $0.schedule = RetrySchedule(Array(repeating: .seconds(10), count: 9))
            },
            deed: Self.deferAll
        )
        try await stage.seal(["m"], to: "x@a.example") { $0.hold = .seconds(90) }
        try await stage.run {
            for time in [60, 90, 100, 110] { await stage.clock.reach(time) }
            await stage.watcher.heard.until { $0.tries.last?.fate == .failed }
            await stage.traffic.until { $0.runningAtOnce == 0 }
        }
        #expect(stage.watcher.heard.value.tries.map(\.at) == [90, 100, 110])
    }

    @Test func `What isn't delivered in time comes back then, where the sender wants it so`() async throws {
        let stage = try RunnerStage(Self.settings { _ in }, deed: Self.deferAll)
        try await stage.seal(["m"], to: "x@a.example") { $0.deadline = .init(seconds: 30, mode: .giveBack) }
        try await stage.run {
            await stage.clock.reach(30)
            await stage.watcher.heard.until { $0.tries.count == 2 }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
        let heard = stage.watcher.heard.value
        #expect(heard.tries.map(\.fate) == [.deferred(until: WallClock.start + .seconds(30)), .failed])
        #expect(heard.tries.map(\.at) == [0, 30])
        #expect(heard.statuses.last == EnhancedCode(5, 4, 7))
        #expect(heard.late.isEmpty)
    }

    @Test func `What comes back in time does so from a destination that can't be reached, too`() async throws {
        let stage = try RunnerStage(Self.settings { _ in }) { _, desk, _ in
            await desk.giveUp(Unreachable("nobody answers", status: EnhancedCode(4, 4, 1)))
        }
        try await stage.seal(["m"], to: "x@a.example") { $0.deadline = .init(seconds: 15, mode: .giveBack) }
        try await stage.run {
            await stage.clock.reach(15)
            await stage.watcher.heard.until { $0.tries.last?.fate == .failed }
            await stage.traffic.until { $0.runningAtOnce == 0 }
        }
        #expect(stage.watcher.heard.value.statuses.last == EnhancedCode(5, 4, 7))
    }

    @Test func `Of what is late the sender is told once, where that is all it wants, and it goes on`() async throws {
        let stage = try RunnerStage(Self.settings { _ in }, deed: Self.deferAll)
        try await stage.seal(["m"], to: "x@a.example") { $0.deadline = .init(seconds: 30, mode: .tell) }
        try await stage.seal(["n"], to: "x@a.example") { $0.deadline = .init(seconds: -5, mode: .tell) }
        try await stage.run {
            for (time, count) in [(30, 3), (90, 3), (100, 4), (130, 5)] {
                await stage.clock.reach(time)
                await stage.watcher.heard.until { $0.tries.count == count }
            }
            await stage.traffic.until { $0.runningAtOnce == 0 }
        }
        let heard = stage.watcher.heard.value
        #expect(heard.tries.filter { $0.name == "m" }.map(\.at) == [0, 30, 130])
        #expect(heard.tries.allSatisfy { $0.fate != .failed })
        #expect(heard.late == ["m"])
    }
}

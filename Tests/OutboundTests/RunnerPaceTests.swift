import Mail
import Outbound
import Queue
import SMTP
import Testing

/// How fast a destination gets its mail: rates, hosts with many domains, and hosts that would rather have less.
@Suite(.timeLimit(.minutes(15))) struct RunnerPaceTests {
    private static func settings(_ change: (inout RunnerSettings) -> Void) -> RunnerSettings {
        var settings = RunnerSettings()
        settings.schedule = RetrySchedule(Array(repeating: .seconds(5), count: 100))
        settings.maxFailures = 1000
        change(&settings)
        return settings
    }

    private static func route(_ change: (inout Route) -> Void) -> Route {
        var route = Route()
        change(&route)
        return route
    }

    @Test func `Messages go no faster than the rate, and other destinations don't wait`() async throws {
        let stage = try RunnerStage(Self.settings { $0.rate = DeliveryRate(messages: 3, interval: .seconds(60)) })
        try await stage.seal((0..<4).map { "m\($0)" }, to: "x@a.example")
        try await stage.run {
            await stage.traffic.until { $0.delivered.count == 1 && $0.runningAtOnce == 0 }
            try await stage.seal(["n"], to: "x@b.example")
            await stage.traffic.until { $0.delivered.contains("n") && $0.runningAtOnce == 0 }
            for time in [20, 40, 60] {
                await stage.clock.reach(time)
                await stage.watcher.heard.until { $0.tries.last?.at == time }
                await stage.traffic.until { $0.runningAtOnce == 0 }
            }
            try stage.expectEmpty()
        }
        let tries = stage.watcher.heard.value.tries
        #expect(tries.filter { $0.name != "n" }.map(\.at) == [0, 20, 40, 60])
        // It naps while it may not go on.
        #expect(stage.traffic.value.visits["a.example"] == 4)
    }

    @Test func `A route has limits of its own`() async throws {
        let routes = [
            "slow.example": Self.route { $0.concurrency = 1 },
            "free.example": Self.route { $0.rate = .unlimited },
        ]
        let stage = try RunnerStage(
            Self.settings {
                $0.routes = RouteTable(routes)
                $0.rate = DeliveryRate(messages: 1, interval: .seconds(3600))
                $0.concurrencyPerDestination = 3
            }
        )
        stage.traffic.change { $0.isOpen = false }
        for name in ["slow", "free", "other"] {
            try await stage.seal((0..<60).map { "\(name)\($0)" }, to: "x@\(name).example")
        }
        try await stage.run {
            await stage.traffic.until { $0.running == ["slow.example": 1, "free.example": 3, "other.example": 1] }
            stage.traffic.change { $0.isOpen = true }
            await stage.traffic.until { $0.delivered.count == 62 && $0.runningAtOnce == 0 }
        }
        let delivered = stage.traffic.value.delivered
        #expect(delivered.count { $0.hasPrefix("free") } == 60)
        #expect(delivered.count { $0.hasPrefix("slow") } == 1)
    }

    @Test func `Destinations of one host share its places by turns, and nobody spins`() async throws {
        let inside = Crowd()
        let stage = try RunnerStage(
            Self.settings {
                $0.concurrencyPerHost = 2
                $0.concurrencyPerDestination = 2
            }
        ) { name, desk, traffic in
            let host = name == "own.example" ? "own.host" : "shared.host"
            guard await desk.enter(host) else { return }
            if host == "shared.host" { inside.enter() }
            await RunnerStage.deliverAll(name, desk, traffic)
            if host == "shared.host" { inside.leave() }
        }
        stage.traffic.change { $0.isOpen = false }
        for number in 0..<6 {
            try await stage.seal((0..<40).map { "m\(number).\($0)" }, to: "x@d\(number).example")
        }
        try await stage.run {
            await inside.value.until { $0.now == 2 }
            await stage.traffic.until { $0.runningAtOnce == 2 }
            let visits = stage.traffic.value.visits.values.reduce(0, +)
            // Who waits has no lease.
            #expect(try await stage.queue.due(limit: 99).count >= 4)
            await stage.runner.apply(
                Self.settings {
                    $0.concurrencyPerHost = 2
                    $0.concurrencyPerDestination = 2
                }
            )
            try await stage.seal(["own"], to: "x@own.example")
            await stage.traffic.until { $0.running["own.example"] == 1 }
            #expect(stage.traffic.value.visits.values.reduce(0, +) <= visits + 7)
            stage.traffic.change { $0.isOpen = true }
            await stage.traffic.until { $0.delivered.count == 241 && $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
        #expect(inside.value.value.most == 2)
        // A batch for each visit, and those that were turned away.
        #expect(stage.traffic.value.visits.values.reduce(0, +) < 100)
        // Nobody had all of its mail delivered before everybody had some.
        let delivered = stage.traffic.value.delivered
        let first = (0..<6).compactMap { number in delivered.firstIndex { $0.hasPrefix("m\(number).") } }.max() ?? 0
        let last = (0..<6).compactMap { number in delivered.lastIndex { $0.hasPrefix("m\(number).") } }.min() ?? 0
        #expect(first < last)
    }

    @Test(
        "A destination that defers is slowed, tells why, and is at full speed again when it takes mail",
        arguments: [
            .refused(Reply(421, "too much"), at: .greeting), .refused(Reply(451, "too much"), at: .mail),
            .refused(Reply(421, "too much"), at: .recipient), .lost(at: .greeting),
        ] as [ClientSession.Setback]
    )
    func slowed(_ setback: ClientSession.Setback) async throws {
        let isBusy = Watched(true)
        let stage = try RunnerStage(Self.settings { $0.concurrencyPerDestination = 8 }) { name, desk, traffic in
            while let lease = await desk.next() {
                if isBusy.value {
                    await desk.defer(lease, setback)
                } else {
                    traffic.change { $0.delivered.append(lease.name) }
                    await desk.deliver(lease)
                }
            }
        }
        try await stage.seal((0..<20).map { "m\($0)" }, to: "x@a.example")
        try await stage.run {
            await stage.watcher.heard.until { !$0.slowed.isEmpty }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            let state = try #require(await stage.runner.state(of: "a.example"))
            #expect((state.concurrency, state.limit, state.pause) == (4, 8, .seconds(1)))
            #expect(state.notBefore == WallClock.start + .seconds(1))
            #expect(state.reason == "\(setback)" && state.isSlowed)
            await stage.clock.reach(1)
            await stage.watcher.heard.until { $0.tries.last?.at == 1 }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            let next = try #require(await stage.runner.state(of: "a.example"))
            #expect((next.concurrency, next.pause) == (2, .seconds(2)))
            isBusy.change { $0 = false }
            while stage.watcher.heard.value.recovered.isEmpty {
                stage.clock.advance(1)
                await Task.yield()
            }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            #expect(stage.watcher.heard.value.slowed == ["a.example 4 \(setback)"])
            #expect(stage.watcher.heard.value.recovered == ["a.example"])
            while stage.traffic.value.delivered.count < 20 {
                stage.clock.advance(1)
                await Task.yield()
            }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
        // What the carriers had left was not tried.
        #expect(stage.watcher.heard.value.tries.count { $0.fate != .delivered } <= 9)
    }

    @Test(
        "What a host says of one recipient, or of a text, slows nobody",
        arguments: [
            .refused(Reply(451, "greylisted"), at: .recipient), .refused(Reply(452, "full"), at: .endOfText),
            .lost(at: .text), .tlsMissing,
        ] as [ClientSession.Setback]
    )
    func notSlowed(_ setback: ClientSession.Setback) async throws {
        let stage = try RunnerStage(Self.settings { _ in }) { _, desk, _ in
            while let lease = await desk.next() { await desk.defer(lease, setback) }
        }
        try await stage.seal((0..<5).map { "m\($0)" }, to: "x@a.example")
        try await stage.run {
            await stage.watcher.heard.until { $0.tries.count == 5 }
        }
        #expect(await stage.runner.states.isEmpty)
        #expect(stage.watcher.heard.value.slowed.isEmpty)
    }

    @Test func `Of a destination that can't be reached it is known why and until when`() async throws {
        let stage = try RunnerStage { _, desk, _ in
            await desk.giveUp(Unreachable("nobody answers", status: EnhancedCode(4, 4, 1)))
        }
        try await stage.seal(["m"], to: "x@dead.example")
        try await stage.run {
            await stage.watcher.heard.until { !$0.tries.isEmpty }
            let state = try #require(await stage.runner.states.first)
            #expect(state.name == "dead.example" && state.reason == "nobody answers")
            #expect(state.notBefore == WallClock.start + .seconds(15))
        }
    }
}

/// How many are somewhere at once.
private struct Crowd: Sendable {
    struct Count: Sendable {
        var now = 0
        var most = 0
    }
    let value = Watched(Count())

    func enter() {
        value.change {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func leave() { value.change { $0.now -= 1 } }
}

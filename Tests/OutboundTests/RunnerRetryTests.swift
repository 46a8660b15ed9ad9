import Mail
import Outbound
import Queue
import SMTP
import Testing

/// When what has failed is tried again, and when it isn't any more.
@Suite(.timeLimit(.minutes(15))) struct RunnerRetryTests {
    private static func settings(_ change: (inout RunnerSettings) -> Void) -> RunnerSettings {
        var settings = RunnerSettings()
        settings.schedule = RetrySchedule(Array(repeating: .seconds(5), count: 100))
        settings.maxFailures = 1000
        change(&settings)
        return settings
    }

    /// A carrier that finds no host: by DNS, or by calling with the first message as couriers do.
    private static func dead(_ calls: Bool) -> RunnerStage.Deed {
        { name, desk, traffic in
            guard name == "dead.example" else { return await RunnerStage.deliverAll(name, desk, traffic) }
            if calls, let lease = await desk.next() {
                await traffic.until(\.isOpen)
                await desk.defer(lease, .lost(at: .greeting))
            }
            await desk.giveUp(Unreachable("nobody answers", status: EnhancedCode(4, 4, 1)))
        }
    }

    @Test(
        "A dead destination delays nobody, and is tried later and later until it is reached",
        arguments: [false, true]
    )
    func dead(_ calls: Bool) async throws {
        let deed = Self.dead(calls)
        let isDead = Watched(true)
        let stage = try RunnerStage(Self.settings { $0.concurrency = 1 }) { name, desk, traffic in
            if isDead.value {
                await deed(name, desk, traffic)
            } else {
                await RunnerStage.deliverAll(name, desk, traffic)
            }
        }
        try await stage.seal(["d"], to: "x@dead.example")
        try await stage.run {
            var time = 0
            for (number, wait) in [15, 30, 60, 120, 240, 480, 600, 600].enumerated() {
                await stage.watcher.heard.until { $0.tries.count { $0.name == "d" } == number + 1 }
                try await stage.seal(["m\(number)"], to: "x@fine.example")
                await stage.traffic.until { $0.delivered.contains("m\(number)") }
                let last = stage.watcher.heard.value.tries.last { $0.name == "d" }
                #expect(last?.at == time)
                // The longest nap is a minute.
                let end = time + wait
                while time + 60 < end {
                    time += 60
                    await stage.clock.reach(time)
                }
                time = end
                if wait == 600 { isDead.change { $0 = number < 7 } }
                await stage.clock.reach(end)
            }
            await stage.traffic.until { $0.delivered.contains("d") }
        }
        #expect(stage.watcher.heard.value.tries.last?.attempts == 9)
    }

    @Test(
        "A dead destination that is forgiven is tried at once, like one that was never tried",
        arguments: ["dead.example", nil]
    )
    func forgiven(_ name: String?) async throws {
        let stage = try RunnerStage(Self.settings { $0.schedule = RetrySchedule([.seconds(5)]) }, deed: Self.dead(true))
        try await stage.seal(["d"], to: "x@dead.example")
        try await stage.run {
            await stage.traffic.until { $0.visits["dead.example"] == 1 && $0.runningAtOnce == 0 }
            await stage.clock.reach(15)
            await stage.watcher.heard.until { $0.tries.last?.fate == .failed }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            try await stage.seal(["e"], to: "x@dead.example")
            await stage.clock.reach(45)
            await stage.traffic.until { $0.visits["dead.example"] == 3 && $0.runningAtOnce == 0 }
            try await stage.seal(["f"], to: "x@dead.example")
            await stage.clock.sleeps(for: 60)
            await stage.runner.forgive("fine.example")
            await stage.clock.sleeps(for: 60)
            #expect(stage.traffic.value.visits["dead.example"] == 3)
            await stage.runner.forgive(name)
            await stage.traffic.until { $0.visits["dead.example"] == 4 && $0.runningAtOnce == 0 }
            await stage.clock.sleeps(for: 15)
        }
    }

    @Test func `Carriers that find out together that nobody is there count as one failure`() async throws {
        let stage = try RunnerStage(Self.settings { $0.concurrencyPerDestination = 5 }, deed: Self.dead(true))
        stage.traffic.change { $0.isOpen = false }
        try await stage.seal((0..<200).map { "m\($0)" }, to: "x@dead.example")
        try await stage.run {
            await stage.traffic.until { $0.runningAtOnce == 5 }
            stage.traffic.change { $0.isOpen = true }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            // The wait after one failure, and then one carrier finds out whether somebody is there again.
            await stage.clock.reach(15)
            await stage.traffic.until { $0.visits["dead.example"] == 6 && $0.runningAtOnce == 0 }
            await stage.clock.reach(45)
            await stage.traffic.until { $0.visits["dead.example"] == 7 && $0.runningAtOnce == 0 }
        }
        #expect(stage.watcher.heard.value.tries.allSatisfy { $0.fate != .failed })
    }

    @Test func `A destination that will never be there fails its mail at once, and reports go out`() async throws {
        let watcher = RunnerWatcher { lease, deliveries in
            guard deliveries.allSatisfy({ $0.fate == .failed }), !lease.envelope.sender.isNull else { return [] }
            var envelope = Envelope(sender: .null)
            envelope.recipients = [Recipient(lease.envelope.sender)]
            return [Draft(name: "report", envelope: envelope, text: .bytes([9]), arrived: WallClock.start)]
        }
        let stage = try RunnerStage(watcher: watcher) { name, desk, traffic in
            guard name == "gone.example" else { return await RunnerStage.deliverAll(name, desk, traffic) }
            let why = Unreachable("there is no such domain", isPermanent: true, status: EnhancedCode(5, 1, 2))
            await desk.giveUp(why)
        }
        try await stage.seal((0..<40).map { "m\($0)" }, to: "x@gone.example")
        try await stage.run {
            await stage.traffic.until { $0.delivered.count == 40 && $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
        #expect(stage.traffic.value.delivered.allSatisfy { $0 == "report" })
        let failed = watcher.heard.value.tries.filter { $0.name != "report" }
        #expect(failed.count == 40)
        #expect(failed.allSatisfy { $0.fate == .failed && $0.at == 0 && $0.reason == "there is no such domain" })
    }

    /// What is decided, and when it is tried until it fails.
    struct Row: CustomTestStringConvertible {
        var schedule = "5s, 10s, 20s"
        var failures = 13
        var age = 86_400
        let times: [Int]
        var testDescription: String { "\(schedule), \(failures) times, \(age) s" }
    }

    static let rows = [
        Row(times: [0, 5, 15, 35]),
        Row(failures: 2, times: [0, 5]),
        Row(failures: 1, times: [0]),
        Row(age: 12, times: [0, 5, 15]),
        Row(age: 15, times: [0, 5, 15]),
        Row(age: 16, times: [0, 5, 15, 35]),
        Row(schedule: "none", times: [0]),
    ]

    @Test("What is refused for now is tried as the schedule says, and then fails", arguments: rows)
    func schedule(_ row: Row) async throws {
        var settings = RunnerSettings()
        settings.schedule = try #require(RetrySchedule(row.schedule))
        settings.maxFailures = row.failures
        settings.longestAge = .seconds(row.age)
        let stage = try RunnerStage(settings) { _, desk, _ in
            while let lease = await desk.next() {
                await desk.defer(lease, .refused(Reply(451, "not now"), at: .recipient))
            }
        }
        try await stage.seal(["m"], to: "x@a.example")
        try await stage.run {
            for time in row.times.dropFirst() { await stage.clock.reach(time) }
            await stage.watcher.heard.until { $0.tries.last?.fate == .failed }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
        let tries = stage.watcher.heard.value.tries
        #expect(tries.map(\.at) == row.times)
        #expect(tries.map(\.attempts) == Array(1...row.times.count))
        let waits = zip(row.times, row.times.dropFirst()).map(\.1)
        #expect(tries.dropLast().map(\.fate) == waits.map { .deferred(until: WallClock.start + .seconds($0)) })
    }
}

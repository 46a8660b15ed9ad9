import Outbound
import Queue
import SMTP
import Testing

/// Who is served when there is more to do than may be done at once.
@Suite(.timeLimit(.minutes(15))) struct RunnerLimitTests {
    private func settings(_ concurrency: Int, _ each: Int) -> RunnerSettings {
        var settings = RunnerSettings()
        (settings.concurrency, settings.concurrencyPerDestination) = (concurrency, each)
        return settings
    }

    @Test func `There are as many carriers as may be, and of a destination as many as it may have`() async throws {
        let stage = try RunnerStage(settings(5, 2))
        stage.traffic.change { $0.isOpen = false }
        for name in ["a", "b", "c"] { try await stage.seal((0..<40).map { "\(name)\($0)" }, to: "x@\(name).example") }
        try await stage.run {
            await stage.traffic.until { $0.runningAtOnce == 5 }
            #expect(stage.traffic.value.running.values.sorted() == [1, 2, 2])
            stage.traffic.change { $0.isOpen = true }
            await stage.traffic.until { $0.delivered.count == 120 && $0.runningAtOnce == 0 }
        }
        let traffic = stage.traffic.value
        #expect(traffic.mostAtOnce == 5)
        #expect(traffic.most.values.allSatisfy { $0 <= 2 })
        #expect(Set(traffic.delivered).count == 120)
    }

    @Test func `A thousand messages of a destination are served by several carriers, also when the first is stuck`()
        async throws
    {
        let stage = try RunnerStage()
        stage.traffic.change { $0.isOpen = false }
        try await stage.seal((0..<1000).map { "m\($0)" }, to: "x@big.example")
        try await stage.run {
            // Nobody settles anything, and the clock stands still.
            await stage.traffic.until { $0.running["big.example"] == 10 }
            stage.traffic.change { $0.isOpen = true }
            await stage.traffic.until { $0.delivered.count == 1000 && $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
        #expect(Set(stage.traffic.value.delivered).count == 1000)
        #expect(stage.traffic.value.most["big.example"] == 10)
    }

    @Test func `A thousand destinations are all served`() async throws {
        let stage = try RunnerStage(settings(50, 10))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                group.addTask { try await stage.seal(["m\(number)"], to: "x@d\(number).example") }
            }
            try await group.waitForAll()
        }
        try await stage.run {
            await stage.traffic.until { $0.delivered.count == 1000 && $0.runningAtOnce == 0 }
        }
        #expect(Set(stage.traffic.value.delivered).count == 1000)
        #expect(stage.traffic.value.mostAtOnce <= 50)
    }

    @Test func `Ten thousand messages of one destination don't delay the one of another`() async throws {
        let stage = try RunnerStage(settings(10, 10))
        try await stage.seal((0..<10_000).map { "m\($0)" }, to: "x@big.example")
        try await stage.run {
            await stage.traffic.until { $0.running["big.example"] == 10 }
            let before = stage.traffic.value.delivered.count
            try await stage.seal(["small"], to: "x@small.example")
            await stage.traffic.until { $0.delivered.contains("small") }
            let between = stage.traffic.value.delivered.count - before
            // What the ten have taken, and what they take until one sees that somebody waits.
            #expect(between < 1000, "\(between) went before it")
        }
    }

    @Test func `A destination whose hosts aren't found yet takes one place, however much mail there is`() async throws {
        let gate = Watched(false)
        let stage = try RunnerStage(settings(10, 5)) { name, desk, traffic in
            if name == "slow.example" { await gate.until { $0 } }
            await RunnerStage.deliverAll(name, desk, traffic)
        }
        try await stage.seal((0..<100).map { "s\($0)" }, to: "x@slow.example")
        try await stage.run {
            for number in 0..<20 {
                try await stage.seal(["m\(number)"], to: "x@fast.example")
                await stage.traffic.until { $0.delivered.contains("m\(number)") }
            }
            #expect(stage.traffic.value.most["slow.example"] == 1)
            gate.change { $0 = true }
            await stage.traffic.until { $0.delivered.count == 120 && $0.runningAtOnce == 0 }
        }
    }

    @Test func `Mail that comes while a carrier ends is delivered`() async throws {
        let stage = try RunnerStage(settings(1, 1))
        try await stage.run {
            for number in 0..<300 {
                try await stage.seal(["m\(number)"], to: "x@a.example")
                await stage.traffic.until { $0.delivered.count == number + 1 }
            }
        }
        #expect(stage.traffic.value.delivered == (0..<300).map { "m\($0)" })
    }
}

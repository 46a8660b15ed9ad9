import Dispatch
import Mail
import Outbound
import SMTP
import Store
import Support
import Testing

@testable import Queue

/// How a runner begins, is told otherwise, and ends.
@Suite(.timeLimit(.minutes(15))) struct RunnerTests {
    @Test func `A runner that naps ends at once when it is stopped`() async throws {
        let stage = try RunnerStage()
        try await stage.run {
            try await stage.seal(["m"], to: "x@a.example")
            await stage.traffic.until { $0.delivered.count == 1 && $0.runningAtOnce == 0 }
            await stage.clock.sleeps(for: 60)
        }
    }

    @Test func `Stopping lets the message under way end, and leaves the others as they were`() async throws {
        let stage = try RunnerStage()
        stage.traffic.change { $0.isOpen = false }
        try await stage.seal((0..<5).map { "m\($0)" }, to: "x@a.example")
        async let running: Void = stage.runner.run()
        await stage.traffic.until { $0.runningAtOnce == 1 }
        while try await !stage.queue.due(limit: 9).isEmpty { await Task.yield() }
        await stage.runner.stop()
        stage.traffic.change { $0.isOpen = true }
        await running
        let left = try await stage.queue.lease("a.example", now: stage.clock.now, messages: 9)
        #expect(left.count + stage.traffic.value.delivered.count == 5)
        #expect(stage.traffic.value.delivered.count <= 1)
        #expect(left.allSatisfy { $0.entries.map(\.attempts) == [0] })
        stage.queue.close()
    }

    @Test func `Nothing is delivered while that is switched off, and all of it when it is on again`() async throws {
        var settings = RunnerSettings()
        settings.isDisabled = true
        let stage = try RunnerStage(settings)
        try await stage.run {
            try await stage.seal((0..<5).map { "m\($0)" }, to: "x@a.example")
            for _ in 0..<3 {
                await stage.clock.sleeps(for: 60)
                stage.clock.advance(60)
            }
            await stage.clock.sleeps(for: 60)
            #expect(stage.traffic.value.visits.isEmpty)
            await stage.runner.apply(RunnerSettings())
            await stage.traffic.until { $0.delivered.count == 5 }
        }
    }

    @Test func `Switching off stops a carrier after its message, and what it had waits`() async throws {
        let stage = try RunnerStage()
        stage.traffic.change { $0.isOpen = false }
        try await stage.seal((0..<40).map { "m\($0)" }, to: "x@a.example")
        try await stage.run {
            await stage.traffic.until { $0.runningAtOnce == 3 }
            var settings = RunnerSettings()
            settings.isDisabled = true
            await stage.runner.apply(settings)
            stage.traffic.change { $0.isOpen = true }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            #expect(stage.traffic.value.delivered.count <= 3)
            await stage.runner.apply(RunnerSettings())
            await stage.traffic.until { $0.delivered.count == 40 && $0.runningAtOnce == 0 }
        }
        #expect(Set(stage.traffic.value.delivered).count == 40)
        #expect(stage.watcher.heard.value.tries.allSatisfy { $0.attempts == 1 })
    }

    @Test func `What is too old is given up though nobody comes to try it, and what isn't stays`() async throws {
        var old = RunnerSettings()
        old.longestAge = .seconds(3600)
        let settings = old
        let watcher = RunnerWatcher()
        let stage = try RunnerStage(settings, watcher: watcher) { name, desk, _ in
            await desk.giveUp(Unreachable("nobody answers", status: EnhancedCode(4, 4, 1)))
        }
        // More than one visit judges; the visits after it find the others too young still.
        try await stage.seal((0..<60).map { "m\($0)" }, to: "x@dead.example")
        try await stage.run {
            await stage.watcher.heard.until { !$0.tries.isEmpty }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            stage.clock.advance(7200)
            try await stage.seal(["young"], to: "x@dead.example")
            await stage.runner.apply(settings)
            await stage.watcher.heard.until { heard in
                Set(heard.tries.filter { $0.fate == .failed }.map(\.name)).count == 60
            }
        }
        #expect(watcher.heard.value.tries.allSatisfy { $0.name != "young" || $0.fate != .failed })
    }

    @Test func `After a long rest old mail is tried before it is given up`() async throws {
        var settings = RunnerSettings()
        settings.longestAge = .seconds(3600)
        let stage = try RunnerStage(settings)
        try await stage.seal((0..<60).map { "m\($0)" }, to: "x@a.example")
        stage.clock.advance(7200)
        try await stage.run { await stage.traffic.until { $0.delivered.count == 60 && $0.runningAtOnce == 0 } }
        #expect(stage.watcher.heard.value.tries.allSatisfy { $0.fate == .delivered })
    }

    @Test func `A carrier goes on while the disk is slow`() async throws {
        var settings = RunnerSettings()
        settings.concurrencyPerDestination = 1
        let stage = try RunnerStage(settings)
        try await stage.seal((0..<40).map { "m\($0)" }, to: "x@a.example")
        stage.traffic.change { $0.isOpen = false }
        let gate = DispatchSemaphore(value: 0)
        let isHeld = Watched(false)
        try await stage.run {
            await stage.traffic.until { $0.runningAtOnce == 1 }
            // Its messages are leased by now, or it would have nothing to wait for.
            await stage.traffic.until { $0.taken == 1 }
            stage.queue.store.write { _ throws(StoreError) in
                isHeld.change { $0 = true }
                gate.wait()
            } _: { _ in
            }
            await isHeld.until { $0 }
            stage.traffic.change { $0.isOpen = true }
            await stage.traffic.until { $0.delivered.count == 16 }
            gate.signal()
            await stage.traffic.until { $0.delivered.count == 40 && $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
    }

    @Test func `What a carrier leaves is due again`() async throws {
        let stage = try RunnerStage { name, desk, traffic in
            // The first takes two messages of its batch and goes.
            if traffic.value.visits[name] == 1 {
                for _ in 0..<2 { _ = await desk.next() }
                return
            }
            await RunnerStage.deliverAll(name, desk, traffic)
        }
        try await stage.seal((0..<20).map { "m\($0)" }, to: "x@a.example")
        try await stage.run {
            await stage.traffic.until { $0.delivered.count == 20 && $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
        #expect(Set(stage.traffic.value.delivered).count == 20)
        #expect(stage.watcher.heard.value.tries.allSatisfy { $0.attempts == 1 })
    }

    @Test func `What can't be written down is written until the disk takes it, and nothing goes twice`() async throws {
        let stage = try RunnerStage()
        try await stage.seal((0..<3).map { "m\($0)" }, to: "x@a.example")
        try stage.execute(Self.trigger)
        try await stage.run {
            for (number, wait) in [1, 2, 4, 8, 8].enumerated() {
                await stage.clock.sleeps(for: wait)
                #expect(stage.watcher.heard.value.unsettled == number + 1)
                stage.clock.advance(wait)
            }
            await stage.clock.sleeps(for: 8)
            try stage.execute("DROP TRIGGER broken")
            stage.clock.advance(8)
            await stage.traffic.until { $0.delivered.count == 3 && $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
        #expect(stage.traffic.value.delivered.sorted() == ["m0", "m1", "m2"])
    }

    @Test func `What can never be written down is held with the reason, and the others go on`() async throws {
        let stage = try RunnerStage()
        try await stage.seal(["m"], to: "x@a.example")
        try stage.execute(Self.trigger)
        try await stage.run {
            for wait in [1, 2, 4, 8, 8, 8, 8] {
                await stage.clock.sleeps(for: wait)
                stage.clock.advance(wait)
            }
            await stage.watcher.heard.until { $0.held == 1 }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            try stage.execute("DROP TRIGGER broken")
            try await stage.seal(["n"], to: "x@a.example")
            await stage.traffic.until { $0.delivered == ["m", "n"] && $0.runningAtOnce == 0 }
        }
        let held = try QueueView(in: stage.folder.path + "/queue").entry("m")?.recipients.first
        #expect(held?.state == .held)
        #expect(held?.reply?.contains("can't be written down") == true)
        #expect(held?.reply?.contains("taken") == true)
    }

    /// Refuses that a message goes.
    private static let trigger =
        "CREATE TEMP TRIGGER broken BEFORE DELETE ON message BEGIN SELECT RAISE(ABORT, 'broken'); END"

    @Test func `A disk that is full holds reports up, and each is written once`() async throws {
        let text = [UInt8](repeating: 65, count: 200_000)
        let watcher = RunnerWatcher { lease, deliveries in
            guard deliveries.contains(where: { $0.fate == .failed }) else { return [] }
            var envelope = lease.envelope
            envelope.recipients = [Recipient(lease.envelope.sender)]
            return [Draft(name: "report", envelope: envelope, text: .bytes(text), arrived: WallClock.start)]
        }
        let stage = try RunnerStage(watcher: watcher) { name, desk, traffic in
            guard name == "a.example" else { return await RunnerStage.deliverAll(name, desk, traffic) }
            while let lease = await desk.next() {
                let attempt = Attempt(.failed(.refused(Reply(550, "no"), at: .recipient)), host: "mx")
                await desk.settle(lease, [attempt])
            }
        }
        try await stage.seal(["m"], to: "x@a.example")
        // The connection may use no page more; the one that the store opens next may.
        try stage.execute("PRAGMA max_page_count = 1")
        try await stage.run {
            await watcher.heard.until { $0.unsettled >= 1 }
            while stage.traffic.value.delivered.isEmpty {
                stage.clock.advance(1)
                await Task.yield()
            }
            await stage.traffic.until { $0.runningAtOnce == 0 }
            try stage.expectEmpty()
        }
        #expect(stage.traffic.value.delivered == ["report"])
        #expect(watcher.heard.value.tries.count { $0.name == "m" } == 1)
    }

    @Test func `When nothing can be leased the runner rests, rather than do nothing but try`() async throws {
        let stage = try RunnerStage()
        try await stage.seal(["m"], to: "x@a.example")
        try stage.execute(
            "CREATE TEMP TRIGGER broken BEFORE UPDATE ON recipient WHEN NEW.state = 1 "
                + "BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
        try await stage.run {
            for number in 1...4 {
                await stage.watcher.heard.until { $0.unread == number }
                await stage.clock.sleeps(for: 1)
                // What wakes it changes nothing.
                await stage.runner.apply(RunnerSettings())
                await stage.clock.sleeps(for: 1)
                #expect(stage.traffic.value.visits == ["a.example": number])
                if number == 4 { try stage.execute("DROP TRIGGER broken") }
                stage.clock.advance(1)
            }
            await stage.traffic.until { $0.delivered.contains("m") }
        }
    }
}

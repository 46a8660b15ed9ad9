import Queue

/// A clock on the wall that goes when a test says so, and the pauses that are measured by it.
final class WallClock: Sendable {
    struct Sleeper: Sendable {
        let until: QueueTime
        let task: CheckedContinuation<Void, any Error>
    }

    struct State: Sendable {
        var now: QueueTime
        var last = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Watched(State(now: QueueTime(secondsSinceEpoch: 1_700_000_000)))
    static let start = QueueTime(secondsSinceEpoch: 1_700_000_000)

    var now: QueueTime { state.value.now }

    /// Seconds since the start.
    static func seconds(_ time: QueueTime) -> Int { Int((time - start).components.seconds) }

    func pause(until time: QueueTime) async throws {
        let number = state.change { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.change { state in
                    if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
                    guard time > state.now else { return .success(()) }
                    state.sleepers[number] = Sleeper(until: time, task: continuation)
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let sleeper = state.change { state in
                if state.sleepers[number] == nil { state.cancelled.insert(number) }
                return state.sleepers.removeValue(forKey: number)
            }
            sleeper?.task.resume(throwing: CancellationError())
        }
    }

    /// Waits until somebody sleeps until then, so many seconds from the start, and makes it that time.
    func reach(_ seconds: Int) async {
        let time = Self.start + .seconds(seconds)
        await state.until { $0.sleepers.values.contains { $0.until == time } }
        set(time)
    }

    /// Waits until somebody sleeps so long from now.
    func sleeps(for seconds: Int) async {
        await state.until { state in state.sleepers.values.contains { $0.until == state.now + .seconds(seconds) } }
    }

    func set(_ time: QueueTime) {
        let due = state.change { state in
            state.now = time
            let due = state.sleepers.filter { $0.value.until <= time }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.task)
        }
        for task in due { task.resume() }
    }

    func advance(_ seconds: Int) { set(now + .seconds(seconds)) }
}

import Foundation
import Outbound
import SMTP
import Wire

/// Hears what becomes of a courier's messages.
final class Watcher: CourierObserver, @unchecked Sendable {
    // Invariant: what changes is touched under the condition's lock.
    private let condition = NSCondition()
    private var verdicts: [String] = []
    private var outcomes: [ClientSession.Outcome] = []
    private var faults: [CourierFault?] = []
    private var readies: [CourierFacts] = []
    private var lines: [CourierLine] = []
    private var connections: [OutcallFacts] = []
    private var heardEnd: CourierEnd?
    private var ends = 0
    /// Called on the loop, with how often the host was ready.
    private let onReady: @Sendable (Int) -> Void

    init(onReady: @escaping @Sendable (Int) -> Void = { _ in }) { self.onReady = onReady }

    var wantsTranscript: Bool { true }

    func connected(_ facts: OutcallFacts) { change { connections.append(facts) } }

    func ready(_ facts: CourierFacts) {
        let count = change {
            readies.append(facts)
            return readies.count
        }
        onReady(count)
    }

    func settled(_ range: Range<Int>, _ outcomes: [ClientSession.Outcome], because fault: CourierFault?) {
        precondition(range.count == outcomes.count)
        change {
            for (place, outcome) in zip(range, outcomes) { verdicts.append("\(place) \(Self.text(outcome))") }
            self.outcomes += outcomes
            faults += Array(repeating: fault, count: outcomes.count)
        }
    }

    func transcribed(_ line: CourierLine) { change { lines.append(line) } }

    func ended(_ end: CourierEnd) {
        change {
            heardEnd = end
            ends += 1
        }
    }

    private static func text(_ outcome: ClientSession.Outcome) -> String {
        switch outcome {
        case .delivered(let reply): "delivered \(reply)"
        case .deferred(let setback): "deferred \(setback)"
        case .failed(let setback): "failed \(setback)"
        }
    }

    @discardableResult
    private func change<T>(_ body: () -> T) -> T {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return body()
    }

    var allVerdicts: [String] { change { verdicts } }
    var allOutcomes: [ClientSession.Outcome] { change { outcomes } }
    var allFaults: [CourierFault?] { change { faults } }
    var allReadies: [CourierFacts] { change { readies } }
    var allConnections: [OutcallFacts] { change { connections } }
    var transcript: [CourierLine] { change { lines } }
    var endCount: Int { change { ends } }

    /// Whether it became so within thirty seconds.
    private func wait(until isSo: () -> Bool) -> Bool {
        let limit = Date(timeIntervalSinceNow: 30)
        condition.lock()
        defer { condition.unlock() }
        while !isSo() {
            if !condition.wait(until: limit) { return isSo() }
        }
        return true
    }

    func waits(forVerdicts count: Int) -> Bool { wait { verdicts.count >= count } }
    func waits(forReady count: Int) -> Bool { wait { readies.count >= count } }

    /// How it ended; nil when it didn't within thirty seconds.
    func waitForEnd() -> CourierEnd? {
        _ = wait { heardEnd != nil }
        return change { heardEnd }
    }
}

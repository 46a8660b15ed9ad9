import Foundation
import Wire

/// Hears what becomes of an outcall.
final class Ear: OutcallListener, @unchecked Sendable {
    // Invariant: what changes is touched under the condition's lock.
    private let condition = NSCondition()
    private var events: [String] = []
    private var received: [UInt8] = []
    private var heardEnd: OutcallEnd?
    private var heardFacts: [OutcallFacts] = []
    /// Called on the loop.
    private let onConnected: @Sendable () -> Void

    init(onConnected: @escaping @Sendable () -> Void = {}) { self.onConnected = onConnected }

    func connected(_ facts: OutcallFacts) {
        condition.lock()
        heardFacts.append(facts)
        condition.unlock()
        onConnected()
        hear("connected")
    }

    func received(_ bytes: Span<UInt8>) {
        let copy = bytes.indices.map { bytes[$0] }
        condition.lock()
        received += copy
        condition.broadcast()
        condition.unlock()
    }

    func writable() { hear("writable") }
    func deadlinePassed() { hear("deadline") }
    func woken() { hear("woken") }

    func ended(_ end: OutcallEnd) {
        condition.lock()
        events.append(heardEnd == nil ? "ended" : "ended twice")
        heardEnd = end
        condition.broadcast()
        condition.unlock()
    }

    private func hear(_ event: String) {
        condition.lock()
        events.append(event)
        condition.broadcast()
        condition.unlock()
    }

    var facts: [OutcallFacts] { read { heardFacts } }
    var all: [String] { read { events } }
    var text: String { read { String(decoding: received, as: UTF8.self) } }
    var count: Int { read { received.count } }
    var end: OutcallEnd? { read { heardEnd } }

    private func read<T>(_ body: () -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }

    /// Whether it became so, with nothing heard for twenty seconds at most.
    private func wait(until isSo: () -> Bool) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while !isSo() {
            if !condition.wait(until: Date(timeIntervalSinceNow: 20)) { return isSo() }
        }
        return true
    }

    func waits(for event: String, count: Int = 1) -> Bool {
        wait { events.count { $0 == event } >= count }
    }

    func waits(forText text: String) -> Bool { wait { String(decoding: received, as: UTF8.self) == text } }

    func waits(forBytes count: Int) -> Bool { wait { received.count >= count } }

    /// How it ended; nil when it didn't within twenty seconds of silence.
    func waitForEnd() -> OutcallEnd? {
        _ = wait { heardEnd != nil }
        return end
    }
}

import Foundation
import SMTP

/// What hosts have heard, and what lets a test wait for it.
final class HostLog: @unchecked Sendable {
    // Invariant: what changes is touched under the condition's lock.
    private let condition = NSCondition()
    private var messages: [[UInt8]] = []
    private var user: String?
    private var callers: [String] = []
    private var events: [String] = []

    func add(message: [UInt8]) { change { messages.append(message) } }
    func add(user: String?) { change { self.user = user } }
    func add(caller: String) { change { callers.append(caller) } }
    func add(event: String) { change { events.append(event) } }

    var allMessages: [[UInt8]] { change { messages } }
    var lastUser: String? { change { user } }
    var allCallers: [String] { change { callers } }
    var allEvents: [String] { change { events } }

    @discardableResult
    private func change<T>(_ body: () -> T) -> T {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return body()
    }

    /// Whether it came within thirty seconds, without holding a thread up that it may need.
    func hears(_ event: String) async -> Bool {
        for _ in 0..<6000 {
            if allEvents.contains(event) { return true }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    /// Whether it came within thirty seconds.
    func waits(for event: String) -> Bool {
        let limit = Date(timeIntervalSinceNow: 30)
        condition.lock()
        defer { condition.unlock() }
        while !events.contains(event) {
            if !condition.wait(until: limit) { return events.contains(event) }
        }
        return true
    }
}

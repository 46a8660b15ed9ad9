import Foundation
import Wire

/// A mailbox whose wake-ups are waited for by the test's thread.
final class Bell: Mailbox, @unchecked Sendable {
    // Invariant: `tokens` is touched under the condition's lock.
    private let condition = NSCondition()
    private var tokens: [UInt64] = []

    func wake(_ token: UInt64) {
        condition.lock()
        tokens.append(token)
        condition.signal()
        condition.unlock()
    }

    /// The next token; nil when none came in ten seconds.
    func wait() -> UInt64? {
        let limit = Date(timeIntervalSinceNow: 10)
        condition.lock()
        defer { condition.unlock() }
        while tokens.isEmpty {
            if !condition.wait(until: limit) { return nil }
        }
        return tokens.removeFirst()
    }
}

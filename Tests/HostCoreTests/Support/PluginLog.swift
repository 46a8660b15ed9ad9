import Foundation

/// What plugins have logged, from any thread.
final class PluginLog: @unchecked Sendable {
    // Invariant: `lines` is touched under the condition's lock.
    private let condition = NSCondition()
    private var lines: [String] = []

    func append(_ line: String) {
        condition.lock()
        lines.append(line)
        condition.broadcast()
        condition.unlock()
    }

    var all: [String] {
        condition.lock()
        defer { condition.unlock() }
        return lines
    }

    /// How many lines begin so.
    func count(_ start: String) -> Int { all.count { $0.hasPrefix(start) } }

    /// The first line that begins so; nil when none came in ten seconds.
    @discardableResult
    func wait(for start: String) -> String? {
        let limit = Date(timeIntervalSinceNow: 10)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let line = lines.first(where: { $0.hasPrefix(start) }) { return line }
            if !condition.wait(until: limit) { return nil }
        }
    }
}

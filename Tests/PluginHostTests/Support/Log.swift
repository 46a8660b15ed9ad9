import Foundation

/// The lines that a host has logged.
final class Log: @unchecked Sendable {
    // Invariant: `lines` is touched under the condition's lock.
    struct Line: Sendable, Equatable {
        let level: Int32
        let plugin: String
        let scope: String?
        let text: String
    }

    private let condition = NSCondition()
    private var lines: [Line] = []

    func append(_ line: Line) {
        condition.lock()
        lines.append(line)
        condition.broadcast()
        condition.unlock()
    }

    var all: [Line] {
        condition.lock()
        defer { condition.unlock() }
        return lines
    }

    var texts: [String] { all.map(\.text) }

    /// Waits for a line that holds a text; nil when none came in ten seconds.
    @discardableResult
    func wait(for text: String, count: Int = 1) -> Line? {
        let limit = Date(timeIntervalSinceNow: 10)
        condition.lock()
        defer { condition.unlock() }
        while true {
            let found = lines.filter { $0.text.contains(text) }
            if found.count >= count { return found[count - 1] }
            if !condition.wait(until: limit) { return nil }
        }
    }
}

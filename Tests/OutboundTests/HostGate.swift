import System
import Wire

/// Holds the connections of hosts that have stopped reading, until a test lets them go on.
final class HostGate: Sendable {
    static let shared = HostGate()
    private let waiting = Locked<[any Mailbox]>([])

    func add(_ mailbox: any Mailbox) { waiting.withLock { $0.append(mailbox) } }

    func open() {
        let all = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for mailbox in all { mailbox.wake(1) }
    }
}

internal import Queue
internal import System

/// A draft on its way to the disk, and what has become of it.
final class Sealing: Sendable {
    private enum State {
        case waiting
        case settled(QueueError?)
    }

    private let state = Locked(State.waiting)

    func settle(_ error: QueueError?) { state.withLock { $0 = .settled(error) } }

    /// Nil when the message is queued.
    var error: QueueError? { state.withLock { if case .settled(let error) = $0 { error } else { nil } } }
}

internal import SMTP
internal import System
internal import Wire

/// What a courier tells, one thing after another, for the task that asks.
///
/// No `AsyncStream`, which ends when its reader is cancelled: what became of a message has to be heard all the same.
final class RideEvents: CourierObserver {
    enum Event: Sendable {
        case ready
        case settled(Range<Int>, [ClientSession.Outcome], CourierFault?, reportsItself: Bool)
        /// Nothing comes behind it.
        case ended
    }

    private struct State {
        var waiting: [Event] = []
        var isOver = false
        /// The host knows DSN.
        var reportsItself = false
        var tls: HopTLS?
        var reader: CheckedContinuation<Event?, Never>?
    }

    private let state = Locked(State())
    private let witness: TLSWitness?

    init(_ witness: TLSWitness? = nil) { self.witness = witness }

    func connected(_ facts: OutcallFacts) {
        let tls = facts.tls.map(HopTLS.init)
        state.withLock { $0.tls = tls }
        witness?.connected(facts)
    }

    /// Of the connection as it is; nil in the clear.
    var tls: HopTLS? { state.withLock(\.tls) }

    func ready(_ facts: CourierFacts) {
        witness?.ready()
        add(.ready)
    }

    func settling(with capabilities: Capabilities) {
        state.withLock { $0.reportsItself = capabilities.extensions.contains(.dsn) }
    }

    func settled(_ range: Range<Int>, _ outcomes: [ClientSession.Outcome], because fault: CourierFault?) {
        add(.settled(range, outcomes, fault, reportsItself: state.withLock(\.reportsItself)))
    }

    func ended(_ end: CourierEnd) {
        witness?.ended(end)
        add(.ended)
    }

    private func add(_ event: Event) {
        let reader = state.withLock { state in
            if case .ended = event { state.isOver = true }
            if state.reader == nil { state.waiting.append(event) }
            return state.reader.take()
        }
        reader?.resume(returning: event)
    }

    /// The next event, however long it takes; nil behind the end.
    ///
    /// One task reads.
    func next() async -> Event? {
        await withCheckedContinuation { continuation in
            let event: Event?? = state.withLock { state in
                if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                if state.isOver { return .some(nil) }
                state.reader = continuation
                return nil
            }
            if let event { continuation.resume(returning: event) }
        }
    }
}

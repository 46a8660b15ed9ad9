import Outbound
import Queue

/// Hears what a runner tries.
final class RunnerWatcher: RunnerObserver {
    struct Try: Sendable, Equatable {
        let name: String
        let fate: Delivery.Fate
        let attempts: Int
        let reason: String
        /// Seconds since the start.
        let at: Int
    }

    struct Heard: Sendable {
        var tries: [Try] = []
        var unsettled = 0
        var held = 0
        var unread = 0
    }

    let heard = Watched(Heard())
    private let report: @Sendable (Lease, [Delivery]) -> [Draft]

    init(report: @escaping @Sendable (Lease, [Delivery]) -> [Draft] = { _, _ in [] }) { self.report = report }

    func tried(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) {
        let tries = deliveries.map {
            Try(
                name: lease.name,
                fate: $0.fate,
                attempts: $0.attempts,
                reason: $0.reason,
                at: WallClock.seconds(now)
            )
        }
        heard.change { $0.tries += tries }
    }

    func reports(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Draft] {
        report(lease, deliveries)
    }

    func couldNotSettle(_ lease: Lease, _ error: QueueError) { heard.change { $0.unsettled += 1 } }
    func isHeld(_ lease: Lease, _ error: QueueError) { heard.change { $0.held += 1 } }
    func couldNotLook(_ error: QueueError) { heard.change { $0.unread += 1 } }
}

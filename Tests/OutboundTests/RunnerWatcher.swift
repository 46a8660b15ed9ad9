import Outbound
import Queue
import SMTP

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
        /// "b.example 5 why" and "b.example".
        var slowed: [String] = []
        var recovered: [String] = []
        var late: [String] = []
        var statuses: [EnhancedCode?] = []
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
        heard.change { heard in
            heard.tries += tries
            if deliveries.contains(where: \.isLate) { heard.late.append(lease.name) }
            heard.statuses += deliveries.map(\.status)
        }
    }

    func reports(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Draft] {
        report(lease, deliveries)
    }

    func couldNotSettle(_ lease: Lease, _ error: QueueError) { heard.change { $0.unsettled += 1 } }
    func isHeld(_ lease: Lease, _ error: QueueError) { heard.change { $0.held += 1 } }
    func slowed(_ destination: String, to concurrency: Int, because reason: String) {
        heard.change { $0.slowed.append("\(destination) \(concurrency) \(reason)") }
    }
    func isBackAtFull(_ destination: String) { heard.change { $0.recovered.append(destination) } }
    func couldNotLook(_ error: QueueError) { heard.change { $0.unread += 1 } }
}

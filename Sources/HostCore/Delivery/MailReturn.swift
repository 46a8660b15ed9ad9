internal import Mail
internal import Outbound
internal import Queue

/// Gives mail back to its senders because an administrator or a plugin says so.
struct MailReturn: Sendable {
    /// So often it is tried where the disk isn't to blame.
    private static let mostFaults = 3

    let queue: Queue
    let log: DeliveryLog
    let clock: @Sendable () -> QueueTime
    let pause: @Sendable (Duration) async throws -> Void

    init(
        queue: Queue,
        log: DeliveryLog,
        clock: @escaping @Sendable () -> QueueTime = { .now },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.queue = queue
        self.log = log
        self.clock = clock
        self.pause = pause
    }

    /// Those who wait or are held are given up, and their senders are told why.
    ///
    /// - Throws: the disk fails before anybody was given up.
    func giveUp(_ filter: QueueFilter, because reason: String) async throws(QueueError) -> QueueChange {
        var filter = filter
        // The reports that come of it are mail as well, and are not meant.
        let before = QueueTime(milliseconds: clock().milliseconds - 1)
        filter.queuedBefore = min(filter.queuedBefore ?? before, before)
        var change = try await queue.count(filter)
        change.changed = 0
        // Nobody is taken twice, not even who has to be held since what became of him can't be written down.
        var last: Int64 = 0
        while true {
            let taken: Queue.Taken?
            do throws(QueueError) { taken = try await queue.take(filter, now: clock(), after: last) } catch {
                guard change.changed > 0 else { throw error }
                return change
            }
            guard let taken else { return change }
            last = taken.last
            for lease in taken.leases {
                await giveUp(lease, because: reason)
                change.changed += lease.entries.count
            }
        }
    }

    private func giveUp(_ lease: Lease, because reason: String) async {
        let now = clock()
        let failures = lease.entries.indices.map { place in
            Delivery(lease, place, .failed, reason: reason, status: nil)
        }
        let deliveries = await log.concluded(lease, failures, at: now)
        log.tried(lease, deliveries, at: now)
        let reports = await log.reports(lease, deliveries, at: now)
        let settlements = zip(lease.entries, deliveries).map { entry, delivery in
            Settlement(entry: entry.id, fate: .failed, host: nil, reason: delivery.reason)
        }
        await settle(settlements, lease, reports)
    }

    /// What is taken has to be settled: comes again until the disk takes it.
    private func settle(_ settlements: [Settlement], _ lease: Lease, _ reports: [Draft]) async {
        var faults = 0
        while true {
            do throws(QueueError) {
                return try await queue.settle(settlements, of: lease, at: clock(), reports: reports)
            } catch {
                log.couldNotSettle(lease, error)
                if error.isClosed { return }
                faults += error.isOurs ? 1 : 0
                if faults == Self.mostFaults {
                    log.isHeld(lease, error)
                    return (try? await queue.hold(lease, "\(error)")) ?? ()
                }
                try? await pause(.seconds(1))
            }
        }
    }
}

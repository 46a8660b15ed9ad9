internal import Mail
internal import Queue
internal import SMTP

extension Runner {
    /// What outcomes mean for the recipients of a message: when they are tried again, or that they aren't.
    func judge(_ lease: Lease, _ attempts: [Attempt]) -> [Delivery] {
        lease.entries.indices.map { place in
            let attempt = attempts[place]
            let (fate, status, reply): (Delivery.Fate, EnhancedCode?, Reply?) =
                switch attempt.outcome {
                case .delivered(let reply): (.delivered, reply.enhanced, reply)
                case .failed(let setback): (.failed, attempt.status, setback.reply)
                case .deferred(let setback): (later(lease, place), attempt.status, setback.reply)
                }
            return Delivery(
                lease,
                place,
                fate,
                reason: attempt.reason,
                status: status,
                reply: reply,
                host: attempt.host
            )
        }
    }

    func judge(_ lease: Lease, _ why: Unreachable) -> [Delivery] {
        lease.entries.indices.map { place in
            let fate = why.isPermanent ? .failed : later(lease, place)
            return Delivery(lease, place, fate, reason: why.reason, status: why.status)
        }
    }

    /// The next attempt, unless this was the last.
    private func later(_ lease: Lease, _ place: Int) -> Delivery.Fate {
        let now = clock()
        let failures = lease.entries[place].attempts + 1
        guard let wait = settings.schedule.wait(afterFailures: failures, limit: settings.maxFailures, chance: chance()),
            now - lease.arrived < settings.longestAge
        else { return .failed }
        return .deferred(until: now + wait)
    }

    /// Writes fates down, and comes again until the disk takes them: what is delivered must not be delivered twice.
    func write(_ lease: Lease, _ settlements: [Settlement], reports: [Draft]) async {
        var wait = Duration.seconds(1)
        var faults = 0
        while true {
            do throws(QueueError) {
                return try await queue.settle(settlements, of: lease, at: clock(), reports: reports)
            } catch {
                observer.couldNotSettle(lease, error)
                if error.isClosed { return }
                faults += error.isOurs ? 1 : 0
                if faults == Self.mostFaults { return await hold(lease, settlements, error) }
                try? await pause(wait)
                wait = min(wait * 2, .seconds(8))
            }
        }
    }

    /// How often a statement may fail that the disk has nothing against: it will the next time, too.
    private static let mostFaults = 8

    /// Nobody is tried again who may have the message; should even that fail, that is so until the next start.
    private func hold(_ lease: Lease, _ settlements: [Settlement], _ error: QueueError) async {
        let said = Set(settlements.map(\.reason).filter { !$0.isEmpty }).sorted().joined(separator: "; ")
        let last = said.isEmpty ? "" : "; the last attempt: \(said)"
        do throws(QueueError) {
            try await queue.hold(lease, "what became of it can't be written down (\(error))\(last)")
        } catch { observer.couldNotSettle(lease, error) }
        observer.isHeld(lease, error)
    }
}

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
        while true {
            do throws(QueueError) {
                return try await queue.settle(settlements, of: lease, at: clock(), reports: reports)
            } catch {
                observer.couldNotSettle(lease, error)
                if error.isClosed { return }
                try? await pause(wait)
                wait = min(wait * 2, .seconds(8))
            }
        }
    }
}

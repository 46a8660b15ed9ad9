internal import Mail
internal import Queue
internal import SMTP

extension Runner {
    /// What outcomes mean for the recipients of a message: when they are tried again, or that they aren't.
    func judge(_ lease: Lease, _ attempts: [Attempt]) -> [Delivery] {
        lease.entries.indices.map { place in
            let attempt = attempts[place]
            switch attempt.outcome {
            case .delivered(let reply): return delivery(lease, place, .delivered, attempt, reply.enhanced, reply)
            case .failed(let setback):
                return delivery(lease, place, .failed, attempt, attempt.status, setback.reply)
            case .deferred(let setback):
                return delivery(lease, place, later(lease, place), attempt, attempt.status, setback.reply)
            }
        }
    }

    func judge(_ lease: Lease, _ why: Unreachable) -> [Delivery] {
        lease.entries.indices.map { place in
            Delivery(
                recipient: lease.envelope.recipients[place],
                fate: why.isPermanent ? .failed : later(lease, place),
                reason: why.reason,
                status: why.status,
                reply: nil,
                host: nil,
                attempts: lease.entries[place].attempts + 1
            )
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

    private func delivery(
        _ lease: Lease,
        _ place: Int,
        _ fate: Delivery.Fate,
        _ attempt: Attempt,
        _ status: EnhancedCode?,
        _ reply: Reply?
    ) -> Delivery {
        Delivery(
            recipient: lease.envelope.recipients[place],
            fate: fate,
            reason: attempt.reason,
            status: status,
            reply: reply,
            host: attempt.host,
            attempts: lease.entries[place].attempts + 1,
            handover: attempt.handover
        )
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

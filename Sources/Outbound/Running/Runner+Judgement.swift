internal import Mail
internal import Queue
internal import SMTP

extension Runner {
    /// What outcomes mean for the recipients of a message: when they are tried again, or that they aren't.
    func judge(_ lease: Lease, _ attempts: [Attempt]) -> [Delivery] {
        let now = clock()
        return lease.entries.indices.map { place in
            let attempt = attempts[place]
            switch attempt.outcome {
            case .delivered(let reply):
                return delivery(lease, place, .delivered, attempt, reply.enhanced, reply, at: now)
            case .failed(let setback):
                return delivery(lease, place, .failed, attempt, attempt.status, setback.reply, at: now)
            case .deferred(let setback):
                let fate = later(lease, place, at: now)
                let status = fate == .failed && lease.isOverdue(at: now) ? Self.expired : attempt.status
                return delivery(lease, place, fate, attempt, status, setback.reply, at: now)
            }
        }
    }

    func judge(_ lease: Lease, _ why: Unreachable) -> [Delivery] {
        let now = clock()
        return lease.entries.indices.map { place in
            let fate = why.isPermanent ? .failed : later(lease, place, at: now)
            let isLate = fate != .failed && lease.isLate(place, at: now)
            return Delivery(
                lease,
                place,
                fate,
                isLate: isLate,
                reason: why.reason,
                status: why.status,
                trials: why.trials
            )
        }
    }

    /// What must have been delivered by now isn't tried any more: RFC 2852 §4.1.
    func judgeOverdue(_ lease: Lease) -> [Delivery] {
        lease.entries.indices.map { place in
            let reason = "the time by which the sender wanted it delivered has passed"
            return Delivery(lease, place, .failed, reason: reason, status: Self.expired)
        }
    }

    /// RFC 3463 §3.5: delivery time expired.
    private static let expired = EnhancedCode(5, 4, 7)

    /// Whether a message has waited for as long as any may.
    func isTooOld(_ lease: Lease) -> Bool { clock() - lease.begins >= settings.longestAge }

    /// The next attempt, unless this was the last.
    private func later(_ lease: Lease, _ place: Int, at now: QueueTime) -> Delivery.Fate {
        let failures = lease.entries[place].attempts + 1
        guard let wait = settings.schedule.wait(afterFailures: failures, limit: settings.maxFailures, chance: chance()),
            !isTooOld(lease), !lease.isOverdue(at: now)
        else { return .failed }
        // When its time has come it is given up, or its sender told, whatever the schedule says.
        let deadline = lease.deadline.flatMap { $0 > now ? $0 : nil }
        return .deferred(until: min(now + wait, deadline ?? now + wait))
    }

    private func delivery(
        _ lease: Lease,
        _ place: Int,
        _ fate: Delivery.Fate,
        _ attempt: Attempt,
        _ status: EnhancedCode?,
        _ reply: Reply?,
        at now: QueueTime
    ) -> Delivery {
        let waits = fate != .failed && fate != .delivered
        return Delivery(
            lease,
            place,
            fate,
            isLate: waits && lease.isLate(place, at: now),
            reason: attempt.reason,
            status: status,
            reply: reply,
            host: attempt.host,
            trials: attempt.trials,
            tls: attempt.tls,
            handover: attempt.handover
        )
    }

    /// Writes fates down, and comes again until the disk takes them: what is delivered must not be delivered twice.
    ///
    /// - Parameters:
    ///   - leases: what has become of them.
    ///   - isIdle: nobody waits for it.
    func write(_ leases: [SettledLease], isIdle: Bool = false) async {
        do throws(QueueError) { return try await queue.settle(leases, at: clock(), isIdle: isIdle) } catch {
            guard leases.count > 1 else { return await write(leases[0], after: error) }
        }
        // One of them may have kept the others from being written down.
        var left: [(SettledLease, QueueError)] = []
        for settled in leases {
            do throws(QueueError) { try await queue.settle([settled], at: clock()) } catch {
                left.append((settled, error))
            }
        }
        for (settled, error) in left { await write(settled, after: error) }
    }

    private func write(_ settled: SettledLease, after error: QueueError) async {
        var last = error
        var wait = Duration.seconds(1)
        var faults = 0
        while true {
            observer.couldNotSettle(settled.lease, last)
            if last.isClosed { return }
            faults += last.isOurs ? 1 : 0
            if faults == Self.mostFaults { return await hold(settled, last) }
            try? await pause(clock() + wait)
            wait = min(wait * 2, .seconds(8))
            do throws(QueueError) { return try await queue.settle([settled], at: clock()) } catch { last = error }
        }
    }

    /// How often a statement may fail that the disk has nothing against: it will the next time, too.
    private static let mostFaults = 8

    /// Nobody is tried again who may have the message; should even that fail, that is so until the next start.
    private func hold(_ settled: SettledLease, _ error: QueueError) async {
        let lease = settled.lease
        let said = Set(settled.settlements.map(\.reason).filter { !$0.isEmpty }).sorted().joined(separator: "; ")
        let last = said.isEmpty ? "" : "; the last attempt: \(said)"
        do throws(QueueError) {
            try await queue.hold(lease, "what became of it can't be written down (\(error))\(last)")
        } catch { observer.couldNotSettle(lease, error) }
        observer.isHeld(lease, error)
    }
}

extension Lease {
    /// Whether it comes back because it wasn't delivered in time: RFC 2852, BY= with R.
    func isOverdue(at now: QueueTime) -> Bool {
        guard let deadline, envelope.options?.deadline?.mode == .giveBack else { return false }
        return deadline <= now
    }

    /// Whether the sender is to be told that it wasn't delivered in time, and wasn't told: BY= with N.
    ///
    /// What was late when it came was told of by whoever had it before.
    fileprivate func isLate(_ place: Int, at now: QueueTime) -> Bool {
        guard let deadline, deadline > arrived, envelope.options?.deadline?.mode == .tell else { return false }
        return deadline <= now && entries[place].tried.map { $0 < deadline } ?? true
    }
}

internal import Queue
internal import SMTP

extension Runner {
    /// How often is looked for mail that has waited for as long as any may.
    static let sweepInterval = Duration.seconds(600)

    /// Starts a sweep when its time has come.
    func sweepNowAndThen(in group: inout DiscardingTaskGroup) {
        guard mayGoOn, sweepsAt.map({ $0 <= clock() }) ?? true else { return }
        sweepsAt = clock() + Self.sweepInterval
        group.addTask { await self.sweep() }
    }

    /// Gives up what is too old and was due for a while, where nobody comes to it: a destination that can't be reached may have
    /// more mail than is ever tried.
    ///
    /// Where a host answers mail is tried once more, however old it is.
    func sweep() async {
        let now = clock()
        let oldest = now - settings.longestAge
        do throws(QueueError) {
            guard try await queue.hasAny(queuedBefore: oldest) else { return }
            for name in destinations.failing where mayGoOn {
                var filter = QueueFilter()
                filter.destination = name
                filter.state = .waiting
                filter.queuedBefore = oldest
                filter.dueBefore = now - Self.sweepInterval
                try await giveUpOld(filter)
            }
        } catch { couldNotLook(error) }
    }

    private func giveUpOld(_ filter: QueueFilter) async throws(QueueError) {
        let writer = OutcomeWriter(self)
        var last: Int64 = 0
        while mayGoOn, let taken = try await queue.take(filter, now: clock(), after: last) {
            last = taken.last
            for lease in taken.leases {
                if isTooOld(lease) {
                    await writer.write(lease, judge(lease, waitedTooLong(lease)))
                } else {
                    await writer.write(lease, untried: .untried)
                }
            }
            await writer.finish()
        }
    }

    private func waitedTooLong(_ lease: Lease) -> Unreachable {
        let said = Set(lease.entries.compactMap(\.reply)).sorted().joined(separator: "; ")
        let last = said.isEmpty ? "" : "; the last attempt: \(said)"
        return Unreachable("it has waited for as long as mail may\(last)", status: EnhancedCode(4, 4, 7))
    }
}

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

    /// Gives up what is too old and was due to be tried for a while, since nobody comes to it: a destination that can't be
    /// reached, or has a rate, may have more mail than is ever tried.
    func sweep() async {
        let now = clock()
        var filter = QueueFilter()
        filter.state = .waiting
        filter.queuedBefore = now - settings.longestAge
        filter.dueBefore = now - Self.sweepInterval
        do throws(QueueError) {
            guard try await queue.hasAny(queuedBefore: now - settings.longestAge) else { return }
            var last: Int64 = 0
            while mayGoOn, let taken = try await queue.take(filter, now: clock(), after: last) {
                last = taken.last
                for lease in taken.leases { await giveUpOld(lease) }
            }
        } catch { couldNotLook(error) }
    }

    private func giveUpOld(_ lease: Lease) async {
        let desk = DestinationDesk(runner: self, destination: lease.destination, host: nil)
        if isTooOld(lease) {
            let said = Set(lease.entries.compactMap(\.reply)).sorted().joined(separator: "; ")
            let reason = "it has waited for as long as mail may" + (said.isEmpty ? "" : "; the last attempt: \(said)")
            await desk.write(lease, judge(lease, Unreachable(reason, status: EnhancedCode(4, 4, 7))))
        } else {
            await desk.giveBack(lease)
        }
        _ = await desk.close()
    }
}

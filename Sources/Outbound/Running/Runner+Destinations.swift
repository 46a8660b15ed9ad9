internal import Queue

extension Runner {
    /// What a carrier tells of its destination.
    func hasLooked(_ name: String) {
        destinations.hasLooked(name)
        // There may be more than one carrier takes.
        bell.ring()
    }

    /// How many messages a carrier may take now: none where others wait for its place, or the rate doesn't allow it.
    func allowance(_ name: String, at host: String?, isFirst: Bool) -> Int {
        guard mayGoOn else { return 0 }
        if !isFirst, isCrowded || host.map({ hosts.crowded.contains($0) }) ?? false { return 0 }
        if !isFirst, let known = destinations[name], known.carriers > known.most(settings.concurrency(of: name)) {
            return 0
        }
        return destinations.take(Self.batch, for: name, settings.rate(of: name), at: clock())
    }

    func giveBack(_ count: Int, _ name: String) { destinations.giveBack(count, for: name) }

    /// A carrier goes to a host, and leaves the one that it had a place at; whether there is room.
    func enter(_ host: String, for name: String, leaving last: String?) -> Bool {
        guard host != last else { return true }
        if let last { hosts.leave(last) }
        let isLetIn = hosts.take(host, within: settings.concurrencyPerHost(for: name))
        destinations.calls(name, host, isLetIn)
        return isLetIn
    }

    /// What outcomes mean for the message, and for its destination: whether the carrier may go on.
    func conclude(_ lease: Lease, _ attempts: [Attempt], _ name: String) -> (deliveries: [Delivery], goesOn: Bool) {
        // Where no host has spoken to us, that one message was settled says nothing good of the destination.
        if attempts.contains(where: { !$0.isUnreachable }) { destinations.reached(name) }
        let slowing = attempts.first(where: \.isSlowing)
        if let slowing {
            slow(name, because: slowing.reason)
        } else if attempts.contains(where: { $0.outcome.setback == nil }) {
            if destinations.succeeded(name, limit: settings.concurrency(of: name)) { observer.isBackAtFull(name) }
        }
        return (judge(lease, attempts), slowing == nil)
    }

    private func slow(_ name: String, because reason: String) {
        let limit = settings.concurrency(of: name)
        guard destinations.slow(name, because: reason, limit: limit, at: clock()) else { return }
        observer.slowed(name, to: destinations[name]?.pace.limit(limit) ?? limit, because: reason)
    }

    func unreachable(_ name: String, because reason: String) {
        destinations.unreachable(name, because: reason, at: clock())
    }

    /// What is due for a destination that couldn't be reached, or was slowed, is tried at once; nil: for all of them.
    public func forgive(_ name: String?) {
        destinations.forgive(name)
        bell.ring()
    }

    func ended(_ name: String, at host: String?) {
        if let host { hosts.leave(host) }
        destinations.ended(name, at: clock())
        bell.ring()
    }

    /// How a destination is served; nil when nothing is known: it isn't, and nothing keeps it from being.
    public func state(of name: String) -> DestinationState? {
        guard let known = destinations[name] else { return nil }
        let limit = settings.concurrency(of: name)
        return DestinationState(
            name: name,
            connections: known.carriers,
            concurrency: known.most(limit),
            limit: limit,
            pause: known.pace.pause,
            notBefore: known.opening(at: clock()),
            reason: known.reason,
            crowdedHost: known.isTurnedAway ? known.host : nil
        )
    }

    /// All that are served now, or slowed, or left alone.
    public var states: [DestinationState] { destinations.names.sorted().compactMap { state(of: $0) } }
}

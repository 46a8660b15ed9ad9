internal import Mail
internal import Queue
public import SMTP
public import Wire

/// Brings messages to the first of a destination's hosts that takes them, over one connection as long as it lasts.
public struct HostCarrier: Carrier {
    private let dialer: Dialer
    private let finder: any HostFinder
    private let limits: ClientLimits
    private let cryptography: any SASLCryptography
    private let memory = ClearTextMemory()

    public init(
        dialer: Dialer,
        finder: any HostFinder,
        limits: ClientLimits = ClientLimits(),
        cryptography: any SASLCryptography
    ) {
        self.dialer = dialer
        self.finder = finder
        self.limits = limits
        self.cryptography = cryptography
    }

    public func carry(to destination: String, _ desk: any LeaseDesk) async {
        let hops: [Hop]
        do throws(Unreachable) { hops = try await finder.hops(for: destination) } catch {
            return await desk.giveUp(error)
        }
        var ride: Ride?
        while let lease = await desk.next() {
            let attempts = await deliver(lease, by: hops, &ride)
            await desk.settle(lease, attempts)
            // Where no host has taken a connection, the next message needn't find that out again.
            if ride == nil, let why = unreachable(attempts) {
                await desk.giveUp(why)
                break
            }
        }
        await ride?.quit()
    }

    /// Why none of the hosts could be spoken to; nil when mail can't ever go there.
    private func unreachable(_ attempts: [Attempt]) -> Unreachable? {
        for attempt in attempts {
            guard case .deferred = attempt.outcome else { return nil }
        }
        guard let first = attempts.first, let status = first.outcome.setback?.enhanced else { return nil }
        return Unreachable(first.reason, status: status)
    }

    /// Tries one host after another for those recipients of whom the last had nothing to say.
    private func deliver(_ lease: Lease, by hops: [Hop], _ ride: inout Ride?) async -> [Attempt] {
        var attempts: [Attempt?] = Array(repeating: nil, count: lease.entries.count)
        var open = Array(attempts.indices)
        var tried: [String] = []
        var candidates = hops[...]
        // A connection that stands is the best there is.
        if let standing = ride?.hop { candidates = [standing] + hops.filter { $0.name != standing.name } }
        while let hop = candidates.popFirst(), !open.isEmpty {
            var envelope = lease.envelope
            envelope.recipients = open.map { lease.envelope.recipients[$0] }
            let results = await attempt(envelope, lease.text, hop, &ride)
            var rest: [Int] = []
            for (place, result) in zip(open, results) {
                attempts[place] = result
                if result.outcome.setback?.allowsNextHost == true { rest.append(place) }
            }
            guard let first = rest.first, let setback = attempts[first]?.outcome.setback else {
                return attempts.compactMap { $0 }
            }
            tried.append("\(hop.name): \(attempts[first]?.reason ?? "")")
            if setback == .tlsFailed, let clear = memory.inClear(hop) { candidates = [clear] + candidates }
            open = rest
        }
        // What is left was tried everywhere: whoever asks why is told of every host.
        for place in open {
            guard let last = attempts[place] else { continue }
            attempts[place] = Attempt(last.outcome, host: last.host, reason: tried.joined(separator: "; "))
        }
        return attempts.compactMap { $0 }
    }

    private func attempt(_ envelope: Envelope, _ text: QueuedText, _ hop: Hop, _ ride: inout Ride?) async -> [Attempt] {
        if var standing = ride, standing.hop.name == hop.name, await standing.isReady(),
            let attempts = await standing.deliver(envelope, text)
        {
            ride = standing
            // The host went away between two messages: that says nothing about this one.
            if !attempts.allSatisfy({ $0.outcome.setback == .lost(at: .idle) }) { return attempts }
        }
        await ride?.quit()
        var fresh = Ride(dialer, memory.current(hop), limits: limits, cryptography: cryptography)
        guard let attempts = await fresh.deliver(envelope, text) else {
            ride = nil
            return envelope.recipients.map { _ in Attempt(.deferred(.lost(at: .greeting)), host: hop.name) }
        }
        let isSpeaking = attempts.contains { $0.outcome.setback?.allowsNextHost != true }
        if !isSpeaking { await fresh.quit() }
        ride = isSpeaking ? fresh : nil
        return attempts
    }
}

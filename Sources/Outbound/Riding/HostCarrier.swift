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
        guard await desk.enter(Hop.place(of: hops)) else { return }
        var ride: Ride?
        while let lease = await desk.next() {
            let (attempts, isUnreachable) = await deliver(lease, by: hops, &ride)
            await desk.settle(lease, attempts)
            // Where no host has taken a connection, the next message needn't find that out again.
            if isUnreachable, let first = attempts.first, let status = first.status {
                await desk.giveUp(Unreachable(first.reason, status: status))
                break
            }
        }
        await ride?.quit()
    }

    /// Tries one host after another for those recipients of whom the last had nothing to say.
    ///
    /// Tells also whether there was no host that could be spoken to, whatever the message.
    private func deliver(_ lease: Lease, by hops: [Hop], _ ride: inout Ride?) async -> ([Attempt], Bool) {
        var attempts: [Attempt?] = Array(repeating: nil, count: lease.entries.count)
        var open = Array(attempts.indices)
        var tried: [String] = []
        var isUnreachable = true
        var candidates = hops[...]
        // A connection that stands is the best there is.
        if let standing = ride?.hop { candidates = [standing] + hops.filter { $0.name != standing.name } }
        while let hop = candidates.popFirst() {
            var envelope = lease.envelope
            envelope.recipients = open.map { lease.envelope.recipients[$0] }
            let results = await attempt(envelope, lease.text, hop, &ride)
            if !results.allSatisfy(\.isUnreachable) { isUnreachable = false }
            for (place, result) in zip(open, results) { attempts[place] = result }
            open = zip(open, results).filter { $1.allowsNextHost }.map(\.0)
            guard let first = open.first, let attempt = attempts[first] else { break }
            tried.append("\(hop.name): \(attempt.reason)")
            if attempt.outcome.setback == .tlsFailed, let clear = memory.inClear(hop) {
                candidates = [clear] + candidates
            }
        }
        // What is left was tried everywhere: whoever asks why is told of every host.
        for place in open {
            guard let last = attempts[place] else { continue }
            attempts[place] = Attempt(last.outcome, host: last.host, reason: tried.joined(separator: "; "))
        }
        return (attempts.compactMap { $0 }, isUnreachable)
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
        let isSpeaking = attempts.contains { !$0.allowsNextHost }
        if !isSpeaking { await fresh.quit() }
        ride = isSpeaking ? fresh : nil
        return attempts
    }
}

public import Mail
public import SMTP
internal import TLS
public import Wire

/// Gives a message to the first of several hosts that takes it.
public struct Circuit: Sendable {
    private let dialer: Dialer
    private let limits: ClientLimits
    private let cryptography: any SASLCryptography
    private let memory = ClearTextMemory()

    public init(dialer: Dialer, limits: ClientLimits = ClientLimits(), cryptography: any SASLCryptography) {
        self.dialer = dialer
        self.limits = limits
        self.cryptography = cryptography
    }

    /// What has become of a message.
    struct Result {
        /// One for each recipient.
        var attempts: [Attempt]
        /// There was no host that could be spoken to, whatever the message.
        var isUnreachable: Bool
    }

    /// Gives a message over connections of its own, and says what has become of each recipient.
    ///
    /// A cancelled task has it taken back: a host that hasn't got all of it gets none.
    public func deliver(_ envelope: Envelope, _ source: any MessageSource, by hops: [Hop]) async -> [Attempt] {
        var ride: Ride?
        let result = await deliver(envelope, source, by: hops, &ride)
        await ride?.quit()
        return result.attempts
    }

    /// Tries one host after another for those recipients of whom the last had nothing to say.
    ///
    /// A ride that stands is used before any other, and what stands afterwards is left in its place.
    func deliver(
        _ envelope: Envelope,
        _ source: any MessageSource,
        by hops: [Hop],
        _ ride: inout Ride?
    ) async -> Result {
        let source = CheckedSource(source, isBinary: envelope.isBinary)
        var attempts: [Attempt?] = Array(repeating: nil, count: envelope.recipients.count)
        var open = Array(attempts.indices)
        // By the recipient's place; most have none, since the first host takes the message.
        var trials: [Int: [Trial]] = [:]
        var isUnreachable = true
        var candidates = hops[...]
        // A connection that stands is the best there is.
        if let standing = ride?.hop { candidates = [standing] + hops.filter { $0.name != standing.name } }
        while !Task.isCancelled, let hop = candidates.popFirst() {
            var part = envelope
            part.recipients = open.map { envelope.recipients[$0] }
            let results = await attempt(part, source, hop, &ride)
            if !results.allSatisfy(\.isUnreachable) { isUnreachable = false }
            for (place, result) in zip(open, results) {
                attempts[place] = result
                guard result.allowsNextHost || trials[place] != nil, let trial = result.trial else { continue }
                trials[place, default: []].append(trial)
            }
            open = zip(open, results).filter { $1.allowsNextHost }.map(\.0)
            guard let first = open.first, let attempt = attempts[first] else { break }
            if attempt.outcome.setback == .tlsFailed, let clear = memory.inClear(hop) {
                candidates = [clear] + candidates
            }
        }
        // What is left was tried everywhere: whoever asks why is told of every host.
        for place in open {
            var last = attempts[place] ?? Attempt(.deferred(.lost(at: .greeting)), host: nil)
            last.reason = (trials[place] ?? []).map { "\($0.host): \($0.reason)" }.joined(separator: "; ")
            attempts[place] = last
        }
        for (place, trials) in trials { attempts[place]?.trials = trials }
        return Result(attempts: attempts.compactMap { $0 }, isUnreachable: isUnreachable)
    }

    private func attempt(
        _ envelope: Envelope,
        _ source: any MessageSource,
        _ hop: Hop,
        _ ride: inout Ride?
    ) async -> [Attempt] {
        if var standing = ride, standing.hop.name == hop.name, await standing.isReady(),
            let attempts = await standing.deliver(envelope, source)
        {
            ride = standing
            // The host went away between two messages: that says nothing about this one.
            if !attempts.allSatisfy({ $0.outcome.setback == .lost(at: .idle) }) { return attempts }
        }
        await ride?.quit()
        if let refusal = hop.refusal {
            ride = nil
            return envelope.recipients.map { _ in Attempt(.deferred(.tlsFailed), host: hop.name, reason: refusal) }
        }
        var fresh = Ride(dialer, memory.current(hop), limits: limits, cryptography: cryptography)
        guard let attempts = await fresh.deliver(envelope, source) else {
            ride = nil
            return envelope.recipients.map { _ in Attempt(.deferred(.lost(at: .greeting)), host: hop.name) }
        }
        let isSpeaking = attempts.contains { !$0.allowsNextHost }
        if !isSpeaking { await fresh.quit() }
        ride = isSpeaking ? fresh : nil
        return attempts
    }
}

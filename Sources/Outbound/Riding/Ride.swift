internal import Mail
internal import SMTP
internal import Wire

/// One connection to a host as a task sees it: give a message, wait for its outcomes.
struct Ride {
    let hop: Hop
    private let courier: Courier
    private let events: RideEvents
    private var isOver = false
    /// Messages that were given.
    private(set) var messages = 0

    init(_ dialer: Dialer, _ hop: Hop, limits: ClientLimits, cryptography: any SASLCryptography) {
        self.hop = hop
        events = RideEvents(TLSWitness(hop))
        courier = Courier(dialer, hop, limits: limits, cryptography: cryptography, observer: events)
    }

    /// Whether another message may be given; waits until the host is ready, or gone.
    mutating func isReady() async -> Bool {
        guard messages > 0 else { return !isOver }
        while !isOver, let event = await events.next() {
            switch event {
            case .ready: return true
            case .settled: continue
            case .ended: isOver = true
            }
        }
        isOver = true
        return false
    }

    /// Gives a message and waits for what becomes of each recipient; nil when the connection was over before.
    ///
    /// Cancelled, the connection is closed, and the outcomes say how far it had come.
    mutating func deliver(_ envelope: Envelope, _ source: any MessageSource) async -> [Attempt]? {
        messages += 1
        guard courier.deliver(envelope, source) else { return nil }
        if messages == 1 { courier.begin() }
        let courier = courier
        return await withTaskCancellationHandler {
            await outcomes(of: envelope.recipients.count)
        } onCancel: {
            courier.abandon()
        }
    }

    private mutating func outcomes(of count: Int) async -> [Attempt] {
        var attempts: [Attempt?] = Array(repeating: nil, count: count)
        var left = count
        while left > 0, let event = await events.next() {
            switch event {
            case .ready: continue
            case .ended: isOver = true
            case .settled(let range, let outcomes, let fault, let reportsItself):
                let tls = events.tls
                for (place, outcome) in zip(range, outcomes) {
                    attempts[place] = attempt(outcome, fault, reportsItself)
                    attempts[place]?.tls = tls
                }
                left -= range.count
            }
        }
        precondition(left == 0, "a courier settles every recipient before its end")
        return attempts.compactMap { $0 }
    }

    private func attempt(
        _ outcome: ClientSession.Outcome,
        _ fault: CourierFault?,
        _ reportsItself: Bool
    ) -> Attempt {
        // What the host has said stands, whatever came after it.
        guard let setback = outcome.setback, setback.reply == nil else {
            var attempt = Attempt(outcome, host: hop.name)
            // RFC 3461 §5.2: a host that speaks LMTP is where the message stays.
            if outcome.setback == nil {
                attempt.handover = reportsItself ? .reporting : hop.policy.isLMTP ? .final : .silent
            }
            return attempt
        }
        if fault == .unreadable { return Attempt(unreadable: outcome) }
        var reason = fault?.description
        if setback == .tlsMissing || setback == .tlsFailed, let demand = hop.tlsPolicy?.demand {
            reason = "\(reason ?? setback.description); \(demand)"
        }
        var attempt = Attempt(outcome, host: hop.name, reason: reason)
        if case .unreachable = fault { attempt.isUnanswered = true }
        return attempt
    }

    /// Takes leave, and waits until the connection has gone.
    mutating func quit() async {
        courier.quit()
        while !isOver, let event = await events.next() { if case .ended = event { isOver = true } }
    }
}

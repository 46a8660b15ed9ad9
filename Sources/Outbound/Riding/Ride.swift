internal import Mail
internal import Queue
internal import SMTP
internal import Wire

/// One connection to a host as a task sees it: give a message, wait for its outcomes.
struct Ride {
    /// What a courier tells, one thing after another.
    private enum Event: Sendable {
        case ready
        case settled(Range<Int>, [ClientSession.Outcome], CourierFault?)
        case ended(CourierEnd)
    }

    private final class Observer: CourierObserver {
        let events: AsyncStream<Event>.Continuation

        init(_ events: AsyncStream<Event>.Continuation) { self.events = events }

        func ready(_ facts: CourierFacts) { events.yield(.ready) }

        func settled(_ range: Range<Int>, _ outcomes: [ClientSession.Outcome], because fault: CourierFault?) {
            events.yield(.settled(range, outcomes, fault))
        }

        func ended(_ end: CourierEnd) {
            events.yield(.ended(end))
            events.finish()
        }
    }

    let hop: Hop
    private let courier: Courier
    private var events: AsyncStream<Event>.Iterator
    private var isOver = false
    /// Messages that were given.
    private(set) var messages = 0

    init(_ dialer: Dialer, _ hop: Hop, limits: ClientLimits, cryptography: any SASLCryptography) {
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
        self.hop = hop
        events = stream.makeAsyncIterator()
        courier = Courier(dialer, hop, limits: limits, cryptography: cryptography, observer: Observer(continuation))
    }

    /// Whether another message may be given; waits until the host is ready, or gone.
    mutating func isReady() async -> Bool {
        guard messages > 0 else { return !isOver }
        while !isOver, let event = await events.next(isolation: #isolation) {
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
    mutating func deliver(_ envelope: Envelope, _ text: QueuedText) async -> [Attempt]? {
        messages += 1
        guard courier.deliver(envelope, QueuedSource(text: text)) else { return nil }
        if messages == 1 { courier.begin() }
        var attempts: [Attempt?] = Array(repeating: nil, count: envelope.recipients.count)
        var left = attempts.count
        while left > 0, let event = await events.next(isolation: #isolation) {
            switch event {
            case .ready: continue
            case .ended: isOver = true
            case .settled(let range, let outcomes, let fault):
                for (place, outcome) in zip(range, outcomes) {
                    attempts[place] = Attempt(outcome, host: hop.name, reason: fault?.description)
                }
                left -= range.count
            }
        }
        precondition(left == 0, "a courier settles every recipient before its end")
        return attempts.compactMap { $0 }
    }

    /// Takes leave, and waits until the connection has gone.
    mutating func quit() async {
        courier.quit()
        while !isOver, let event = await events.next(isolation: #isolation) { if case .ended = event { isOver = true } }
    }
}

internal import Mail
internal import SMTP
internal import System
internal import Wire

/// Does on a connection's loop what the machine of a calling session says.
///
/// Sendable although unchecked: all but the inbox is touched while the courier is made, and then in the outcall's
/// calls, which come one after another on its loop. What others answer at once waits in the inbox, so that nothing
/// calls the machine while it is being called.
final class Conversation: OutcallListener, @unchecked Sendable {
    let inbox = Locked(CourierInbox())
    let hop: Hop
    let transcribes: Bool
    /// Nil after the end, so that nobody holds anybody any more.
    var outcall: Outcall?
    var observer: (any CourierObserver)?
    var session: ClientSession
    /// What was said and isn't whole yet.
    private var unread: [UInt8] = []
    private var facts: OutcallFacts?
    /// The message that was given.
    var delivery: CourierInbox.Delivery?
    /// How far it has been written.
    var carriage: Carriage?
    /// Counts the readings of messages.
    var readings: UInt64 = 0
    var fault: CourierFault?
    private var setback: ClientSession.Setback?
    /// Whether the machine takes a message now.
    private var takesMessage = true
    private var isIdle = false
    private var isQuitting = false
    /// What the deadline is armed for.
    private var armed = Armed.nothing

    private enum Armed: Equatable {
        case nothing, idle
        case wait(UInt64)
    }

    init(
        _ hop: Hop,
        _ limits: ClientLimits,
        _ cryptography: (any SASLCryptography)?,
        _ observer: any CourierObserver
    ) {
        self.hop = hop
        self.observer = observer
        transcribes = observer.wantsTranscript
        session = ClientSession(policy: hop.policy, limits: limits, cryptography: cryptography)
    }

    // MARK: What the connection tells

    func connected(_ facts: OutcallFacts) {
        self.facts = facts
        inbox.withLock { $0.isConnected = true }
        note(facts)
        observer?.connected(facts)
        if let tls = facts.tls {
            // RFC 3207 §4.2: it was dropped unseen, but nobody honest says anything there.
            if tls.droppedPlaintext > 0, !hop.beginsWithTLS { unread = [0] } else { begin(tls) }
        }
        goOn()
    }

    private func begin(_ tls: OutcallTLS) {
        let facts = SMTP.TLSFacts(exporter: tls.exporter, serverEndPoint: tls.serverEndPoint)
        // Without a demand the name is nobody's word: it may come from a DNS that anybody could have answered.
        perform(session.tlsStarted(facts, isVerified: tls.isVerified && hop.verification != .none))
    }

    func received(_ bytes: Span<UInt8>) {
        guard unread.isEmpty else {
            unread.reserveCapacity(unread.count + bytes.count)
            for index in bytes.indices { unread.append(bytes[index]) }
            return goOn()
        }
        let done = advance(bytes)
        for index in done..<bytes.count { unread.append(bytes[index]) }
    }

    func writable() { takeRoom() }

    func deadlinePassed() {
        armed = .nothing
        takesMessage = takesMessage && !isIdle
        perform(session.deadlinePassed())
        goOn()
    }

    func woken() {
        let mail = inbox.withLock { inbox in
            defer { (inbox.delivery, inbox.piece) = (nil, nil) }
            return inbox
        }
        isQuitting = mail.isQuitting
        if let piece = mail.piece { take(piece) }
        if let delivery = mail.delivery { take(delivery) }
        if isQuitting, !mail.isBusy { quit() }
        goOn()
    }

    func ended(_ end: OutcallEnd) {
        if !session.isClosed {
            conclude(end)
            goOn()
        }
        let left = inbox.withLock { inbox in
            inbox.isOver = true
            return inbox.delivery.take()
        }
        if let left { refuse(left) }
        note("ended: \(end.reason)")
        observer?.ended(CourierEnd(setback: setback, fault: fault))
        (observer, outcall, delivery, carriage) = (nil, nil, nil, nil)
    }

    private func conclude(_ end: OutcallEnd) {
        let mail = inbox.withLock(\.self)
        // Nobody waits for a message any more, and that was why.
        if mail.isQuitting, !mail.isBusy, !mail.isAbandoned { return perform(session.quit()) }
        fault = fault ?? fault(of: end)
        if case .tlsFailed = end { perform(session.tlsFailed()) } else { perform(session.peerClosed()) }
    }

    /// What the conversation itself can't tell.
    private func fault(of end: OutcallEnd) -> CourierFault? {
        if inbox.withLock({ $0.isAbandoned }) { return .abandoned }
        if case .tlsFailed(let reason) = end { return .tls(reason) }
        return facts == nil ? .unreachable(end.reason) : nil
    }

    // MARK: What the machine says

    /// Lets the machine look at what is unread.
    private func goOn() {
        let input = unread
        unread = []
        let done = advance(input.span)
        if done < input.count { unread = done == 0 ? input : Array(input[done...]) }
    }

    /// How many bytes are done with.
    private func advance(_ input: Span<UInt8>) -> Int {
        var done = 0
        while true {
            let wasAuthenticating = session.isAuthenticating
            let action = session.next(input.extracting(done..<input.count))
            if transcribes {
                noteHeard(input.extracting(done..<(done + action.consumed)), isSecret: wasAuthenticating)
            }
            done += action.consumed
            perform(action)
            if case .needInput = action { return done }
        }
    }

    func perform(_ action: ClientSession.Action) {
        switch action {
        case .needInput(_, let wait): keepTime(wait)
        case .write(let bytes, _):
            if transcribes { noteSaid(bytes) }
            write(bytes)
        case .startTLS: _ = outcall?.startTLS(hop.security)
        case .sendMessage(let form, _): send(form)
        case .settled(let range, let outcomes, _):
            observer?.settling(with: session.capabilities)
            observer?.settled(range, outcomes, because: fault)
        case .ready: becomeReady()
        case .close(let setback, _):
            self.setback = setback
            outcall?.close()
        }
    }

    func write(_ bytes: [UInt8]) {
        switch outcall?.write(bytes) {
        case .taken, .over, nil: break
        case .full, .tooLong: preconditionFailure("commands and pieces of a message fit into what may wait")
        }
    }

    private func keepTime(_ wait: ClientSession.Wait?) {
        guard let wait else {
            let wanted = isIdle ? Armed.idle : .nothing
            guard armed != wanted else { return }
            armed = wanted
            outcall?.arm(deadline: isIdle ? hop.idleTimeout : nil)
            return
        }
        guard armed != .wait(wait.number) else { return }
        armed = .wait(wait.number)
        outcall?.arm(deadline: wait.limit)
    }

    private func becomeReady() {
        guard !isQuitting else { return quit() }
        delivery = nil
        takesMessage = true
        isIdle = true
        guard let facts else { preconditionFailure("a host is ready that is connected") }
        let known = CourierFacts(
            connection: facts,
            capabilities: session.capabilities,
            isAuthenticated: session.isAuthenticated,
            transactions: session.transactions
        )
        inbox.withLock { $0.isBusy = $0.delivery != nil }
        observer?.ready(known)
    }

    // MARK: What others want

    private func quit() {
        takesMessage = false
        isIdle = false
        perform(session.quit())
    }

    private func take(_ delivery: CourierInbox.Delivery) {
        guard takesMessage, !session.isClosed else { return refuse(delivery) }
        takesMessage = false
        isIdle = false
        self.delivery = delivery
        perform(session.deliver(delivery.envelope, messageBytes: delivery.source.count))
    }

    /// Settles a message that the machine hasn't heard of.
    private func refuse(_ delivery: CourierInbox.Delivery) {
        let setback = self.setback ?? .lost(at: .idle)
        let outcomes = Array(
            repeating: ClientSession.Outcome.deferred(setback),
            count: delivery.envelope.recipients.count
        )
        observer?.settled(outcomes.indices, outcomes, because: fault ?? .tooLate)
    }
}

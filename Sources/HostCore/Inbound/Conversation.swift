internal import Hooks
internal import Mail
internal import PluginHost
internal import SMTP
internal import System
internal import Wire

/// Performs what a session asks for.
///
/// The only place where SMTP, plugins and sockets meet. It runs on the connection's event loop and never waits: a question
/// that cannot be settled at once pauses reading and comes back through ``woken(_:_:)``.
final class Conversation<Peer: Link>: Driver {
    /// Bytes of output that a connection keeps room for.
    private static var keptOutput: Int { 200 }
    /// The token of a wake-up that asks the conversation to end as soon as it may; plugins' tokens are never 0.
    static var shutdown: UInt64 { 0 }
    /// The token of a wake-up that ends the conversation now, whatever is open.
    static var cutOff: UInt64 { .max }
    /// The token of a wake-up that says that the disk has caught up with the message.
    static var room: UInt64 { .max - 1 }
    /// The token of a wake-up that says what has become of a draft.
    static var sealed: UInt64 { .max - 2 }

    let house: House
    let plugins: PluginSession
    var session: ServerSession
    var summary: ConnectionSummary
    var transaction: OpenTransaction?
    /// When connection and transaction began, in nanoseconds of the monotonic clock.
    private(set) var opening = SystemTime.monotonicNanoseconds
    var beginning: UInt64 = 0
    /// The step whose verdict is awaited.
    private var pending: Step?
    private(set) var peer: Peer?
    private var output: [UInt8] = []
    /// Failed authentications that are written down.
    var authFailures = 0
    /// A refusal that waits, so that guessing takes its time.
    private var held: (reply: Reply, delay: Duration)?
    private var isStopping = false
    /// The connection is gone; hooks that must run may still be running.
    private var isOver = false
    /// Whether the transaction asked for SMTPUTF8.
    var isUTF8 = false
    /// Reading waits until the message's text has been written.
    var isAwaitingRoom = false
    /// A draft that is on its way to the disk.
    var sealing: Sealing?
    /// The client may relay because it has authenticated, and for no other reason.
    var relaysByAuth = false

    init(house: House, peer: Peer) {
        let id = house.newID()
        self.house = house
        self.peer = peer
        let local = peer.local
        session = ServerSession(
            house.rules(port: local.port, remote: peer.remote.ip, peer.listener),
            openedAt: SystemTime.wallSeconds
        )
        summary = ConnectionSummary(id: id)
        let mailbox = peer.mailbox
        plugins = PluginSession(table: house.table, id: id, loop: peer.loopIndex) { mailbox.wake($0) }
    }

    func opened(_ peer: Peer) {
        introduce(peer)
        if let facts = peer.tls { learn(facts, peer) }
        peer.arm(deadline: house.settings.inactivityTimeout)
        // While the greeting waits for plugins, reading goes on: who talks now is an early talker.
        if !perform(.connectInit) { peer.disarm() }
        peer.flush()
    }

    func received(_ bytes: Span<UInt8>, _ peer: Peer) -> Int {
        var done = 0
        while true {
            let unread = bytes.extracting(done...)
            switch session.next(unread) {
            case .needInput(let consumed):
                peer.flush()
                // The reply to EHLO is far longer than any other, and most connections wait long behind one.
                if output.capacity > Self.keptOutput { output = [] }
                if pending == nil {
                    peer.arm(deadline: house.settings.inactivityTimeout)
                } else {
                    peer.pauseReading()
                }
                summary.bytes += done + consumed
                return done + consumed
            case .reply(let reply, let consumed):
                done += consumed
                guard say(reply) else { return suspend(done, peer) }
            case .store(let range, let consumed):
                done += consumed
                guard store(unread.extracting(range)) else { return suspend(done, peer) }
            case .replies(let replies, let consumed):
                done += consumed
                for reply in replies {
                    refuseUnasked(reply)
                    send(reply)
                }
                guard settleTransaction() else { return suspend(done, peer) }
            case .startTLS(let reply, let consumed):
                send(reply)
                return startTLS(done + consumed, peer)
            case .ask(.authenticate(let question), let consumed):
                done += consumed
                guard authenticate(question) else { return suspend(done, peer) }
            case .ask(let question, let consumed):
                done += consumed
                // RFC 2920: there was more behind the command.
                if consumed > 0, done < bytes.count { summary.pipe = true }
                guard perform(step(for: question)) else { return suspend(done, peer) }
            case .commit(let consumed):
                done += consumed
                guard commit() else { return suspend(done, peer) }
            case .close(let reply):
                refuseUnasked(reply)
                hangUp(with: reply, gently: true)
            }
            if session.isClosed {
                summary.bytes += bytes.count
                return bytes.count
            }
        }
    }

    func woken(_ token: UInt64, _ peer: Peer) {
        if token == Self.shutdown {
            isStopping = true
            stopIfIdle()
            return
        }
        if token == Self.cutOff { return cutOff() }
        if token == Self.room { return goOn(peer) }
        guard let step = pending, let conclusion = conclusion(of: step, token) else { return }
        pending = nil
        guard carryOut(conclusion) else { return held == nil ? () : wait(peer) }
        guard self.peer != nil, !isOver else { return }
        peer.flush()
        peer.arm(deadline: house.settings.inactivityTimeout)
        stopIfIdle()
        peer.resumeReading()
    }

    /// What follows where the plugins, or the queue, have settled the step that is awaited.
    private func conclusion(of step: Step, _ token: UInt64) -> Conclusion? {
        if token == Self.sealed { return sealing.take().map(concludeSealing) }
        return plugins.woken(token).map { conclude(step, $0) }
    }

    func deadlinePassed(_ peer: Peer) {
        if let (reply, _) = held.take() { return release(reply, peer) }
        if case .close(let reply) = session.deadlinePassed() {
            refuseUnasked(reply)
            hangUp(with: reply)
        }
    }

    /// Reads on where the disk has caught up.
    private func goOn(_ peer: Peer) {
        guard isAwaitingRoom, !isOver else { return }
        isAwaitingRoom = false
        peer.arm(deadline: house.settings.inactivityTimeout)
        peer.resumeReading()
    }

    /// The client is there, but too slow.
    func limitPassed(_ peer: Peer) {
        guard pending == nil, held == nil else { return }
        if case .close(let reply) = session.deadlinePassed() {
            refuseUnasked(reply)
            hangUp(with: reply, gently: true)
        }
    }

    func closed() {
        isOver = true
        held = nil
        let last = Step.disconnect
        if case .endTransaction? = pending {
            // Plugins are being told of its end, and once is enough.
            pending = .endTransaction(then: .go(last))
            peer?.awaitDriver()
            return
        }
        pending = nil
        plugins.peerClosed()
        if !perform(!plugins.hasTransaction ? last : .endTransaction(then: .go(last))) { peer?.awaitDriver() }
    }

    /// Sends what the session says unasked; false when plugins are still being told of a transaction that it ended.
    private func say(_ reply: Reply) -> Bool {
        let delay = noteAuthentication()
        guard delay == .zero else { return hold(reply, delay) }
        refuseUnasked(reply)
        send(reply)
        return settleTransaction()
    }

    /// Tells the plugins of a transaction's end that they don't know of.
    private func settleTransaction() -> Bool {
        guard !session.transactionIsOpen, plugins.hasTransaction else { return true }
        guard perform(.endTransaction(then: .nothing)) else { return false }
        stopIfIdle()
        return true
    }

    /// Asks the plugins, step by step; false when a verdict is awaited.
    func perform(_ step: Step) -> Bool {
        guard let outcome = plugins.run(step.hook, step.about) else {
            pending = step
            return false
        }
        return follow(step, outcome)
    }

    /// Does what a settled step calls for, up to the answer.
    private func follow(_ step: Step, _ outcome: Outcome) -> Bool { carryOut(conclude(step, outcome)) }

    private func carryOut(_ first: Conclusion) -> Bool {
        var conclusion = first
        while true {
            switch conclusion {
            case .answer(let answer): return give(answer)
            case .seal(let draft, let queue):
                pending = .queueOutbound
                seal(draft, in: queue)
                return false
            case .nothing:
                return true
            case .end:
                finish()
                return true
            case .go(let next):
                guard let following = plugins.run(next.hook, next.about) else {
                    pending = next
                    return false
                }
                conclusion = conclude(next, following)
            }
        }
    }

    /// Tells the session the verdict and sends what it says; false when it has to wait.
    func give(_ answer: ServerSession.Answer) -> Bool {
        switch session.answer(answer) {
        case .reply(let reply, _):
            let delay = noteAuthentication()
            guard delay == .zero else { return hold(reply, delay) }
            send(reply)
        case .replies(let replies, _): for reply in replies { send(reply) }
        case .close(let reply): hangUp(with: reply, gently: reply.isRefusal)
        case .ask(.authenticate(let question), _): return authenticate(question)
        // The first chunk of a message: nothing is said before its end.
        case .needInput: break
        case .ask, .store, .commit, .startTLS: preconditionFailure("an answer gives a reply")
        }
        if isStopping { stopIfIdle() }
        return true
    }

    /// Keeps a refusal back; nothing is read meanwhile.
    private func hold(_ reply: Reply, _ delay: Duration) -> Bool {
        held = (reply, delay)
        return false
    }

    private func release(_ reply: Reply, _ peer: Peer) {
        refuseUnasked(reply)
        send(reply)
        peer.flush()
        peer.arm(deadline: house.settings.inactivityTimeout)
        stopIfIdle()
        peer.resumeReading()
    }

    func send(_ reply: Reply) {
        if reply.isRefusal { summary.lastReject = reply.text }
        output.removeAll(keepingCapacity: true)
        output.reserveCapacity(128)
        reply.append(to: &output)
        peer?.write(output)
        // However steadily the bytes come, a command has its time, and so has a message.
        let settings = house.settings
        if session.transactionIsOpen, transaction?.isTimed == true { return }
        peer?.armLimit(deadline: session.isReceivingText ? settings.messageTime : settings.commandTime)
    }

    /// Says the last reply; to a client that may be sending on, `gently`.
    private func hangUp(with reply: Reply, gently: Bool = false) {
        send(reply)
        peer?.flush()
        if gently { peer?.closeGently() } else { peer?.close() }
    }

    /// Stops reading until the verdict is there.
    private func suspend(_ done: Int, _ peer: Peer) -> Int {
        summary.bytes += done
        wait(peer)
        return done
    }

    private func wait(_ peer: Peer) {
        peer.flush()
        if let held { peer.arm(deadline: held.delay) } else { peer.disarm() }
        peer.pauseReading()
    }

    private func stopIfIdle() {
        guard isStopping, pending == nil, held == nil, !session.isClosed,
            case .close(let reply)? = session.shuttingDown()
        else {
            return
        }
        hangUp(with: reply)
    }

    /// Says 421 within a transaction too, even where a verdict is awaited (RFC 5321 §3.8).
    private func cutOff() {
        guard !isOver, !session.isClosed else { return }
        let reply = Reply(
            421,
            EnhancedCode(4, 3, 2),
            "\(session.policy.hostname) is shutting down, come back later"
        )
        // A session that waits for a verdict is left as it is: the verdict may still come.
        if pending == nil { _ = session.deadlinePassed() }
        refuseUnasked(reply)
        hangUp(with: reply)
    }

    /// Writes the connection's line in the log.
    func sumUp() {
        let now = SystemTime.monotonicNanoseconds
        summary.duration = .nanoseconds(Int64(now - opening))
        summary.relay = plugins.isRelaying
        summary.early = session.sawEarlyTalk
        house.journal.ended(summary)
        opening = now
    }

    /// The connection is over and every plugin knows.
    private func finish() {
        sumUp()
        plugins.close()
        peer?.driverIsDone()
        peer = nil
    }
}

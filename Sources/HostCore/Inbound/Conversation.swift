import Hooks
import Mail
import PluginHost
import SMTP
import Wire

/// Performs what a session asks for.
///
/// The only place where SMTP, plugins and sockets meet. It runs on the connection's event loop and never waits: a question
/// that cannot be settled at once pauses reading and comes back through ``woken(_:_:)``.
final class Conversation<Peer: Link>: Driver {
    /// The token of a wake-up that asks the conversation to end as soon as it may; plugins' tokens are never 0.
    static var shutdown: UInt64 { 0 }

    let house: House
    let plugins: PluginSession
    var session: ServerSession
    var summary: ConnectionSummary
    var transaction: TransactionSummary?
    /// The step whose verdict is awaited.
    private var pending: Step?
    private var peer: Peer?
    private var isStopping = false
    private var output: [UInt8] = []

    init(house: House, peer: Peer) {
        let id = house.newID()
        self.house = house
        self.peer = peer
        session = ServerSession(policy: house.policy(connection: id), limits: house.limits)
        summary = ConnectionSummary(id: id)
        let mailbox = peer.mailbox
        plugins = PluginSession(table: house.table, id: id, loop: peer.loopIndex) { mailbox.wake($0) }
    }

    func opened(_ peer: Peer) {
        introduce(peer)
        peer.arm(deadline: house.settings.inactivityTimeout)
        if perform(.connectInit) { peer.flush() } else { wait(peer) }
    }

    func received(_ bytes: Span<UInt8>, _ peer: Peer) -> Int {
        var done = 0
        while true {
            let unread = bytes.extracting(done...)
            switch session.next(unread) {
            case .needInput(let consumed):
                peer.flush()
                if pending == nil { peer.arm(deadline: house.settings.inactivityTimeout) }
                return done + consumed
            case .reply(let reply, let consumed):
                send(reply)
                done += consumed
            case .store(let range, let consumed):
                plugins.message?.append(unread.extracting(range))
                done += consumed
            case .ask(let question, let consumed):
                done += consumed
                guard perform(step(for: question)) else {
                    wait(peer)
                    return done
                }
            case .commit(let consumed):
                done += consumed
                guard commit() else {
                    wait(peer)
                    return done
                }
            case .close(let reply):
                hangUp(with: reply)
                return bytes.count
            }
            if session.isClosed { return bytes.count }
        }
    }

    func woken(_ token: UInt64, _ peer: Peer) {
        if token == Self.shutdown {
            isStopping = true
            stopIfIdle()
            return
        }
        guard let outcome = plugins.woken(token), let step = pending else { return }
        pending = nil
        if self.peer == nil {
            _ = follow(step, outcome)
            return
        }
        guard follow(step, outcome) else { return }
        peer.flush()
        stopIfIdle()
        peer.resumeReading()
    }

    func deadlinePassed(_ peer: Peer) {
        if case .close(let reply) = session.deadlinePassed() { hangUp(with: reply) }
    }

    func closed() {
        peer = nil
        pending = nil
        plugins.peerClosed()
        _ = perform(plugins.envelope == nil ? .disconnect : .endTransaction(then: .go(.disconnect)))
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
    private func follow(_ first: Step, _ settled: Outcome) -> Bool {
        var step = first
        var outcome = settled
        while true {
            switch conclude(step, outcome) {
            case .answer(let answer):
                give(answer)
                return true
            case .end:
                finish()
                return true
            case .go(let next):
                guard let following = plugins.run(next.hook, next.about) else {
                    pending = next
                    return false
                }
                step = next
                outcome = following
            }
        }
    }

    private func give(_ answer: ServerSession.Answer) {
        guard peer != nil else { return }
        switch session.answer(answer) {
        case .reply(let reply, _): send(reply)
        case .close(let reply): hangUp(with: reply)
        case .needInput, .ask, .store, .commit: preconditionFailure("an answer gives a reply")
        }
    }

    private func send(_ reply: Reply) {
        guard let peer else { return }
        summary.lastReply = reply.code
        output.removeAll(keepingCapacity: true)
        reply.append(to: &output)
        peer.write(output.span)
    }

    private func hangUp(with reply: Reply) {
        send(reply)
        peer?.flush()
        peer?.close()
    }

    private func wait(_ peer: Peer) {
        peer.flush()
        peer.disarm()
        peer.pauseReading()
    }

    private func stopIfIdle() {
        guard isStopping, pending == nil, let reply = session.shuttingDown() else { return }
        if case .close(let reply) = reply { hangUp(with: reply) }
    }

    /// The connection is over and every plugin knows.
    private func finish() {
        house.journal.ended(summary)
        plugins.close()
    }
}

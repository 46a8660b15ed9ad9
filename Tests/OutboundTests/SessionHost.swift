import Mail
import SMTP
import TLS
import Wire

/// A host that speaks SMTP or LMTP as our own server does, and takes every message.
final class SessionHost: Driver {
    typealias Peer = Connection

    private let log: HostLog
    private var session: ServerSession
    private var draft: [UInt8] = []
    /// Stops reading at the first bytes of a message until it is woken.
    private var pausesAtText: Bool

    init(_ policy: Policy, _ log: HostLog, pausesAtText: Bool = false) {
        self.log = log
        self.pausesAtText = pausesAtText
        session = ServerSession(policy: policy, cryptography: TestCryptography(), openedAt: 1)
    }

    func opened(_ peer: Connection) {
        log.add(caller: peer.remote.ip ?? "unix")
        if let facts = peer.tls { secure(facts, peer) }
        perform(session.answer(.accept(nil)), peer)
        peer.flush()
    }

    func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int {
        var done = 0
        defer { peer.flush() }
        while true {
            let action = session.next(bytes.extracting(done..<bytes.count))
            switch action {
            case .needInput(let count): return done + count
            case .reply(_, let count), .replies(_, let count), .ask(_, let count), .commit(let count): done += count
            case .store(let range, let count):
                for index in range { draft.append(bytes[done + index]) }
                done += count
                if pausesAtText { pause(peer) }
            case .startTLS(let reply, let count):
                write(reply, peer)
                peer.startTLS()
                return done + count
            case .close: break
            }
            perform(action, peer)
            if case .close = action { return bytes.count }
        }
    }

    private func pause(_ peer: Connection) {
        pausesAtText = false
        peer.pauseReading()
        HostGate.shared.add(peer.mailbox)
        log.add(event: "paused")
    }

    func secured(_ facts: TLS.TLSFacts, _ peer: Connection) { secure(facts, peer) }

    private func secure(_ facts: TLS.TLSFacts, _ peer: Connection) {
        session.tlsStarted(SMTP.TLSFacts(exporter: peer.tlsExporter, serverEndPoint: peer.tlsServerEndPoint))
    }

    func woken(_ token: UInt64, _ peer: Connection) { peer.resumeReading() }
    func deadlinePassed(_ peer: Connection) {}
    func closed() {}

    private func write(_ reply: Reply, _ peer: Connection) {
        var bytes: [UInt8] = []
        reply.append(to: &bytes)
        peer.write(bytes)
    }

    private func perform(_ action: ServerSession.Action, _ peer: Connection) {
        switch action {
        case .needInput, .store, .startTLS: break
        case .reply(let reply, _): write(reply, peer)
        case .replies(let replies, _): for reply in replies { write(reply, peer) }
        case .close(let reply):
            write(reply, peer)
            peer.close()
        case .commit:
            log.add(message: draft)
            draft = []
            perform(session.answer(.accept(nil)), peer)
        case .ask(let question, _): perform(session.answer(answer(question)), peer)
        }
    }

    private func answer(_ question: ServerSession.Question) -> ServerSession.Answer {
        switch question {
        case .authenticate(.lookup): return .authenticate(.password(Array("pencil".utf8)))
        case .authenticate(.verify), .authenticate(.token): return .authenticate(.yes)
        case .mail: log.add(user: session.authenticatedUser)
        case .recipient(let command): log.add(event: "to \(command.recipient.address)")
        default: break
        }
        return .accept(nil)
    }
}

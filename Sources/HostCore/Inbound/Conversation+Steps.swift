import Hooks
import Mail
import PluginHost
import SMTP
import System
import Wire

extension Conversation {
    /// Tells the plugins' session who is calling.
    func introduce(_ peer: Peer) {
        plugins.setRemote(ip: peer.remote.ip, port: peer.remote.port)
        plugins.setLocal(ip: peer.local.ip, port: peer.local.port)
        summary.ip = peer.remote.ip
        summary.local = peer.local
        house.journal.opened(summary)
    }

    /// The first step of a session's question, with the facts that it brings already told.
    func step(for question: ServerSession.Question) -> Step {
        switch question {
        case .connect: return .connectInit
        case .hello(let verb, let host): return greet(verb, host)
        case .mail(let command): return open(command)
        case .recipient(let address):
            _ = plugins.addRecipient(address)
            return .recipient(address)
        case .data: return .data
        case .tooBig(let bytes):
            transaction?.size = bytes
            return .tooBig
        case .verify(let argument): return .verify(argument)
        case .noop: return .noop
        case .reset: return .reset
        case .quit: return .quit
        case .help(let topic): return .unrecognized(verb: "HELP", rest: topic)
        case .unrecognized(let verb, let rest): return .unrecognized(verb: verb, rest: rest)
        }
    }

    /// A new greeting ends an open transaction. RFC 5321 §4.1.4
    func greet(_ verb: HelloVerb, _ host: String) -> Step {
        let hello = Step.hello(verb)
        guard plugins.envelope == nil else {
            return .endTransaction(then: .greet(verb, host: host))
        }
        plugins.setHello(host, esmtp: verb == .ehlo)
        summary.greeted(verb, host)
        return hello
    }

    private func open(_ command: MailCommand) -> Step {
        summary.transactions += 1
        let id = "\(summary.id).\(summary.transactions)"
        plugins.beginTransaction(id: id, sender: command.sender, declaredSize: command.size ?? 0)
        transaction = TransactionSummary(id: id, sender: command.sender, of: summary)
        return .mail
    }
}

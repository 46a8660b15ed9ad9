internal import Hooks
internal import Mail
internal import PluginHost
internal import SMTP
internal import System
internal import Wire

extension Conversation {
    /// Tells the plugins' session who is calling.
    func introduce(_ peer: Peer) {
        let remote = peer.remote
        let local = peer.local
        plugins.setRemote(ip: remote.ip ?? "", port: remote.port ?? 0)
        plugins.setLocal(ip: local.ip ?? "", port: local.port ?? 0)
        summary.ip = remote.ip ?? ""
        house.journal.log.debug(
            "connect",
            id: summary.id,
            [("remote", .text("\(remote)")), ("local", .text("\(local)"))]
        )
    }

    /// The first step of a session's question, with the facts that it brings already told.
    func step(for question: ServerSession.Question) -> Step {
        switch question {
        case .connect: return .connectInit
        case .hello(let verb, let host): return greet(verb, host)
        case .mail(let command): return open(command)
        case .recipient(let command):
            _ = plugins.add(command.recipient)
            return .recipient(command.address)
        case .authenticate(let question): return .authenticate(question, session.authMechanism ?? .plain)
        case .data: return .data
        case .tooBig(let bytes):
            transaction?.summary.size = Int(clamping: bytes)
            return .tooBig
        case .verify(let argument): return .verify(argument)
        case .noop: return .noop
        case .reset: return .reset
        case .quit: return .quit
        case .help(let topic): return .help(topic)
        case .unrecognized(let verb, let rest): return .unrecognized(verb: verb, rest: rest)
        }
    }

    /// A new greeting ends an open transaction. RFC 5321 §4.1.4
    func greet(_ verb: HelloVerb, _ host: String) -> Step {
        guard !plugins.hasTransaction else { return .endTransaction(then: .greet(verb, host: host)) }
        plugins.setHello(host, esmtp: verb.isExtended)
        summary.helo = host
        summary.esmtp = verb.isExtended
        return .hello(verb)
    }

    private func open(_ command: MailCommand) -> Step {
        summary.transactions += 1
        let id = "\(summary.id).\(summary.transactions)"
        plugins.beginTransaction(id: id, envelope: command.envelope)
        isUTF8 = command.isUTF8
        beginning = SystemTime.monotonicNanoseconds
        var transaction = TransactionSummary(id: id)
        transaction.ip = summary.ip
        transaction.rdns = summary.rdns
        transaction.helo = summary.helo
        transaction.tls = summary.cipher
        transaction.auth = summary.auth
        transaction.from = command.sender.text
        self.transaction = OpenTransaction(transaction)
        return .mail
    }

    /// The trace line of the message to come, or nothing where it is switched off.
    func trace() -> [UInt8] {
        guard house.settings.addsReceived else { return [] }
        return ReceivedLine(
            helloHost: summary.helo,
            remoteHost: summary.rdns.isEmpty ? nil : summary.rdns,
            remoteIP: summary.ip.isEmpty ? nil : summary.ip,
            hostname: house.settings.hostname,
            version: house.settings.showsVersion ? Product.version : nil,
            transport: .init(
                isExtended: summary.esmtp,
                isEncrypted: summary.cipher != nil,
                isAuthenticated: summary.auth != nil,
                isUTF8: isUTF8,
                isLocal: session.policy.isLMTP
            ),
            id: transaction?.summary.id ?? summary.id,
            onlyRecipient: plugins.onlyRecipient,
            date: house.now
        ).bytes
    }
}

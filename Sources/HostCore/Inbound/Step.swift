internal import Hooks
internal import Mail
internal import PluginHost
internal import SMTP

/// One question to the plugins on behalf of a conversation, and what it is about.
///
/// A session's question may take several: `RCPT` asks `rcpt`, then `rcpt_ok`; the end of a message asks `data_post`, then
/// `queue` or `queue_outbound`, then `queue_ok` and `reset_transaction`.
enum Step {
    case connectInit, lookupRDNS, connect
    case hello(HelloVerb), capabilities
    case unrecognized(verb: String, rest: String)
    /// A hook that another one named (NEXT_HOOK).
    case named(Hook, verb: String, rest: String)
    case verify(String), help(String), noop, reset, quit
    case mail, recipient(Address), recipientOk(Address)
    case authenticate(SASLExchange.Question, SASLMechanism)
    case data, tooBig, dataPost, queue, queueOutbound
    /// The message is about to be queued for delivery elsewhere.
    case preSend
    case queueOk(ServerSession.Answer)
    /// `reset_transaction`, and what follows it.
    indirect case endTransaction(then: Afterwards)
    case disconnect

    enum Afterwards {
        case answer(ServerSession.Answer)
        case go(Step)
        /// Nothing: the session has settled it by itself.
        case nothing
        /// The session's open question was a greeting.
        case greet(HelloVerb, host: String)
    }

    /// What the plugins are told beyond the facts of connection and transaction.
    var about: About {
        switch self {
        case .unrecognized(let verb, let rest), .named(_, let verb, let rest): .command(verb: verb, argument: rest)
        case .verify(let argument): .command(verb: "VRFY", argument: argument)
        case .help(let topic): .command(verb: "HELP", argument: topic)
        case .authenticate(let question, let mechanism): question.about(mechanism)
        case .queueOk(.accept(let reply, _)): .queueText(reply?.text ?? "")
        case .queueOk(.acceptEach(let replies)): .queueText(replies.first { !$0.isRefusal }?.text ?? "")
        case .queueOk(.refuse), .queueOk(.authenticate): .nothing
        case .connectInit, .lookupRDNS, .connect, .hello, .capabilities, .noop, .reset, .quit, .mail, .recipient,
            .recipientOk, .data, .tooBig, .dataPost, .queue, .queueOutbound, .preSend, .endTransaction, .disconnect:
            .nothing
        }
    }

    /// Whether a refusal is the transaction's own, and not that of a command beside it.
    var isOfTransaction: Bool {
        switch self {
        case .mail, .recipient, .recipientOk, .data, .tooBig, .dataPost, .queue, .queueOutbound, .preSend, .queueOk,
            .endTransaction:
            true
        case .connectInit, .lookupRDNS, .connect, .hello, .capabilities, .unrecognized, .named, .verify, .help, .noop,
            .reset, .quit, .authenticate, .disconnect:
            false
        }
    }

    var hook: Hook {
        switch self {
        case .connectInit: .connectInit
        case .lookupRDNS: .lookupRDNS
        case .connect: .connect
        case .hello(.helo): .helo
        case .hello(.ehlo), .hello(.lhlo): .ehlo
        case .capabilities: .capabilities
        case .unrecognized, .help: .unrecognizedCommand
        case .named(let hook, _, _): hook
        case .verify: .vrfy
        case .noop: .noop
        case .reset: .rset
        case .quit: .quit
        case .mail: .mail
        case .authenticate(let question, _): question.hook
        case .recipient: .rcpt
        case .recipientOk: .rcptOk
        case .data: .data
        case .tooBig: .maxDataExceeded
        case .dataPost: .dataPost
        case .queue: .queue
        case .queueOutbound: .queueOutbound
        case .preSend: .preSendTransEmail
        case .queueOk: .queueOk
        case .endTransaction: .resetTransaction
        case .disconnect: .disconnect
        }
    }
}

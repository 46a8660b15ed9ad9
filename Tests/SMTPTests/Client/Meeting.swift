import Mail
import SMTP

/// A client's machine and a server's, joined by two wires.
struct Meeting {
    private(set) var messages: [[UInt8]] = []
    private(set) var mail: [MailCommand] = []
    private(set) var recipients: [RecipientCommand] = []
    private(set) var verdicts: [String] = []
    private(set) var user: String?
    private(set) var end: String?

    private var deliveries: [Envelope]
    private let message: [UInt8]
    /// Written by one side and not read by the other.
    private var toServer: [UInt8] = []
    private var toClient: [UInt8] = []
    private var draft: [UInt8] = []
    private var isClosed = false
    /// How often the client has sent something.
    private var written = 0

    /// Lets them talk until neither has anything to say.
    init(
        _ clientPolicy: ClientPolicy,
        _ serverPolicy: Policy,
        _ limits: ClientLimits,
        _ deliveries: [Envelope],
        _ message: [UInt8],
        readsOf size: Int,
        serverLimits: Limits = Limits()
    ) {
        self.deliveries = deliveries
        self.message = message
        let cryptography = SASLTestCryptography()
        var client = ClientSession(policy: clientPolicy, limits: limits, cryptography: cryptography)
        var server = ServerSession(policy: serverPolicy, limits: serverLimits, cryptography: cryptography, openedAt: 1)
        perform(server.answer(.accept(nil)), &server)
        var shown = (client: 0, server: 0)
        while end == nil {
            let seen = shown
            let wasWritten = written
            shown.server = min(shown.server + size, toServer.count)
            let heard = isClosed ? 0 : serve(&server, shown.server)
            shown.server -= heard
            shown.client = min(shown.client + size, toClient.count)
            let taken = call(&client, shown.client)
            shown.client -= taken
            let moves = heard > 0 || taken > 0 || written > wasWritten || shown != seen
            if server.isStartingTLS, client.capabilities.extensions.contains(.startTLS), toClient.isEmpty {
                let facts = TLSFacts(exporter: Array(repeating: 7, count: 32), certificateIdentity: "al,ice=")
                server.tlsStarted(facts)
                (toServer, shown) = ([], (0, 0))
                perform(client.tlsStarted(facts, isVerified: true), &client)
                continue
            }
            if !moves { perform(client.peerClosed(), &client) }
        }
        user = server.authenticatedUser
    }

    /// Shows the client so many bytes; returns how many it took.
    private mutating func call(_ client: inout ClientSession, _ count: Int) -> Int {
        var taken = 0
        while true {
            let action = client.next(toClient.span.extracting(0..<(count - taken)))
            toClient.removeFirst(action.consumed)
            taken += action.consumed
            perform(action, &client)
            if case .needInput = action { return taken }
        }
    }

    private mutating func perform(_ action: ClientSession.Action, _ client: inout ClientSession) {
        written += 1
        switch action {
        case .needInput, .startTLS: written -= 1
        case .write(let bytes, _): toServer += bytes
        case .sendMessage(.dotStuffed, _):
            let message = message
            var stuffing = DotStuffing()
            stuffing.append(message.span, to: &toServer)
            stuffing.finish(&toServer)
            perform(client.messageWritten(), &client)
        case .sendMessage(.chunk(let range), _):
            toServer += message[Int(range.lowerBound)..<Int(range.upperBound)]
            perform(client.messageWritten(), &client)
        case .settled(_, let outcomes, _):
            for outcome in outcomes { verdicts.append(ClientRun.text(outcome)) }
        case .ready:
            guard !deliveries.isEmpty else {
                perform(client.quit(), &client)
                return
            }
            let next = deliveries.removeFirst()
            perform(client.deliver(next, messageBytes: UInt64(message.count)), &client)
        case .close(let setback, _): end = setback?.description ?? ""
        }
    }

    private mutating func serve(_ server: inout ServerSession, _ count: Int) -> Int {
        var taken = 0
        while !isClosed {
            let action = server.next(toServer.span.extracting(0..<(count - taken)))
            let consumed: Int
            switch action {
            case .needInput(let count):
                toServer.removeFirst(count)
                return taken + count
            case .reply(_, let count), .replies(_, let count), .ask(_, let count), .commit(let count),
                .startTLS(_, let count):
                consumed = count
            case .store(let range, let count):
                draft += toServer[range]
                consumed = count
            case .close: consumed = 0
            }
            toServer.removeFirst(consumed)
            taken += consumed
            perform(action, &server)
        }
        return taken
    }

    private mutating func perform(_ action: ServerSession.Action, _ server: inout ServerSession) {
        switch action {
        case .needInput, .store: break
        case .reply(let reply, _), .startTLS(let reply, _): reply.append(to: &toClient)
        case .replies(let replies, _): for reply in replies { reply.append(to: &toClient) }
        case .close(let reply):
            reply.append(to: &toClient)
            isClosed = true
        case .commit:
            messages.append(draft)
            draft = []
            perform(server.answer(.accept(nil)), &server)
        case .ask(let question, _): perform(server.answer(answer(question)), &server)
        }
    }

    private mutating func answer(_ question: ServerSession.Question) -> ServerSession.Answer {
        switch question {
        case .authenticate(.lookup): return .authenticate(.password(Array("pencil".utf8)))
        case .authenticate(.verify), .authenticate(.token): return .authenticate(.yes)
        case .mail(let command): mail.append(command)
        case .recipient(let command): recipients.append(command)
        case .connect, .hello, .data, .tooBig, .verify, .noop, .reset, .quit, .help, .unrecognized: break
        }
        return .accept(nil)
    }
}

import Foundation
import Mail
import SMTP

/// What became of a conversation with a host.
struct ClientResult: Equatable {
    /// The bytes that the client sent.
    var output: [UInt8] = []
    var verdicts: [String] = []
    /// nil while the conversation lasts, "" where all was said.
    var end: String?

    var lines: [String] {
        var lines = String(decoding: output, as: UTF8.self).components(separatedBy: "\r\n")
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// A session with a driver that does at once what it is told.
struct ClientRun: ~Copyable {
    private(set) var result = ClientResult()
    private(set) var session: ClientSession
    private var unread: [UInt8] = []
    private var deliveries: [Envelope]
    private let message: [UInt8]
    /// Whether the message is written only when the dialogue says so.
    private let writesLate: Bool
    /// Whether nothing is said when nothing is left to deliver.
    private let lingers: Bool
    private(set) var isStartingTLS = false
    /// The waits that were given, each once.
    private(set) var waits: [ClientSession.Wait] = []

    init(
        policy: ClientPolicy = ClientPolicy(name: "client.example"),
        limits: ClientLimits = ClientLimits(),
        cryptography: (any SASLCryptography)? = SASLTestCryptography(),
        deliveries: [Envelope] = [],
        message: [UInt8] = [],
        gives: Bool = false,
        writesLate: Bool = false,
        lingers: Bool = false
    ) {
        session = ClientSession(policy: policy, limits: limits, cryptography: cryptography)
        self.deliveries = deliveries
        self.message = message
        self.writesLate = writesLate
        self.lingers = lingers
        guard gives else { return }
        let action = session.deliver(self.deliveries.removeFirst(), messageBytes: UInt64(message.count))
        perform(action)
    }

    /// What the host says next.
    mutating func hear(_ bytes: some Sequence<UInt8>) {
        unread += bytes
        while true {
            let shown = unread
            let action = session.next(shown.span)
            unread.removeFirst(action.consumed)
            perform(action)
            if case .needInput = action { return }
        }
    }

    mutating func happen(_ event: ClientDialogue.Event) {
        let action: ClientSession.Action
        switch event {
        case .tlsStarted, .tlsVerified:
            guard isStartingTLS || result.output.isEmpty else { return }
            isStartingTLS = false
            let facts = TLSFacts(exporter: Array(repeating: 1, count: 32))
            action = session.tlsStarted(facts, isVerified: event == .tlsVerified)
        case .tlsFailed: action = session.tlsFailed()
        case .closed: action = session.peerClosed()
        case .timeout: action = session.deadlinePassed()
        case .written: action = session.messageWritten()
        }
        perform(action)
        hear([])
    }

    private mutating func perform(_ action: ClientSession.Action) {
        switch action {
        case .needInput(_, let wait):
            if let wait, waits.last?.number != wait.number { waits.append(wait) }
        case .write(let bytes, _): result.output += bytes
        case .startTLS: isStartingTLS = true
        case .sendMessage(let form, _):
            write(form)
            if !writesLate { perform(session.messageWritten()) }
        case .settled(let range, let outcomes, _):
            precondition(range.count == outcomes.count)
            for (place, outcome) in zip(range, outcomes) { result.verdicts.append("\(place) \(Self.text(outcome))") }
        case .ready:
            if !deliveries.isEmpty {
                let action = session.deliver(deliveries.removeFirst(), messageBytes: UInt64(message.count))
                perform(action)
            } else if !lingers {
                perform(session.quit())
            }
        case .close(let setback, _):
            precondition(result.end == nil, "a connection is closed once")
            result.end = setback.map { "\($0.enhanced) \($0)" } ?? ""
        }
    }

    private mutating func write(_ form: ClientSession.MessageForm) {
        let message = message
        switch form {
        case .dotStuffed:
            var stuffing = DotStuffing()
            for start in stride(from: 0, to: message.count, by: 5) {
                stuffing.append(message.span.extracting(start..<min(start + 5, message.count)), to: &result.output)
            }
            stuffing.finish(&result.output)
        case .chunk(let range): result.output += message[Int(range.lowerBound)..<Int(range.upperBound)]
        }
    }

    /// "deferred next 4.2.0 450 ...": "next" where another host may be asked.
    static func text(_ outcome: ClientSession.Outcome) -> String {
        switch outcome {
        case .delivered(let reply): "delivered \(reply)"
        case .deferred(let setback): "deferred\(setback.allowsNextHost ? " next" : "") \(setback.enhanced) \(setback)"
        case .failed(let setback): "failed\(setback.allowsNextHost ? " next" : "") \(setback.enhanced) \(setback)"
        }
    }
}

/// What a settled hook does to the conversation.
public enum Effect: Sendable, Equatable {
    /// Go on; a reply given with the verdict replaces the default text.
    case proceed
    /// Refuse with these words, unless the plugin gave its own.
    case refuse(Words, then: Afterwards)
    /// Run the hook that the reply names.
    case nextHook

    /// A refusal's default words.
    public struct Words: Sendable, Equatable {
        public let code: UInt16
        public let enhanced: String
        public let text: String

        init(_ code: UInt16, _ enhanced: String, _ text: String) {
            self.code = code
            self.enhanced = enhanced
            self.text = text
        }
    }

    public enum Afterwards: Sendable, Equatable {
        case stay
        /// Every later command but QUIT gets the same reply.
        case loop
        case close
    }
}

extension Hook {
    /// The effect of a verdict, after Haraka's table.
    ///
    /// `rcpt` is not the whole story: CONT proceeds here, and it is the host that asks whether the client is relaying.
    public func effect(of code: VerdictCode) -> Effect {
        switch self {
        case .lookupRDNS:
            greeting(code, hard: ("5.7.25", "rDNS Lookup Failed"), soft: ("4.7.25", "rDNS Temporary Failure"))
        case .connect:
            greeting(code, hard: ("5.7.1", "Your mail is not welcome here"), soft: ("4.7.1", "Come back later"))
        case .helo: refusal(code, hard: 550, soft: 450, "HELO denied")
        case .ehlo: refusal(code, hard: 550, soft: 450, "EHLO denied")
        case .unrecognizedCommand: unrecognized(code)
        case .vrfy: verify(code)
        case .noop: idle(code)
        case .mail: refusal(code, hard: 550, soft: 450, "sender denied")
        case .rcpt, .rcptOk: refusal(code, hard: 550, soft: 450, "recipient denied")
        case .data: refusal(code, hard: 554, soft: 451, "Message denied")
        case .dataPost: refusal(code, hard: 550, soft: 450, "Message denied")
        case .maxDataExceeded: oversize(code)
        case .queue, .queueOutbound: queueing(code)
        case .preSendTransEmail: refusal(code, hard: 550, soft: 450, "Message denied")
        default: .proceed
        }
    }

    private func refusal(_ code: VerdictCode, hard: UInt16, soft: UInt16, _ text: String) -> Effect {
        switch code {
        case .deny: .refuse(.init(hard, "5.7.1", text), then: .stay)
        case .denySoft: .refuse(.init(soft, "4.7.1", text + " temporarily"), then: .stay)
        case .denyDisconnect: .refuse(.init(hard, "5.7.1", text), then: .close)
        case .denySoftDisconnect: .refuse(.init(soft, "4.7.1", text + " temporarily"), then: .close)
        case .cont, .stop, .disconnect, .ok, .nextHook, .delay: .proceed
        }
    }

    private func greeting(_ code: VerdictCode, hard: (String, String), soft: (String, String)) -> Effect {
        switch code {
        case .deny: .refuse(.init(554, hard.0, hard.1), then: .loop)
        case .denySoft: .refuse(.init(421, soft.0, soft.1), then: .loop)
        case .denyDisconnect, .disconnect: .refuse(.init(554, hard.0, hard.1), then: .close)
        case .denySoftDisconnect: .refuse(.init(421, soft.0, soft.1), then: .close)
        case .cont, .stop, .ok, .nextHook, .delay: .proceed
        }
    }

    private func unrecognized(_ code: VerdictCode) -> Effect {
        switch code {
        case .ok: .proceed
        case .nextHook: .nextHook
        case .denyDisconnect: .refuse(.init(521, "5.5.1", "Unrecognized command"), then: .close)
        case .denySoftDisconnect: .refuse(.init(421, "4.7.0", "Unrecognized command"), then: .close)
        case .cont, .stop, .deny, .denySoft, .disconnect, .delay:
            .refuse(.init(500, "5.5.1", "Unrecognized command"), then: .stay)
        }
    }

    private func verify(_ code: VerdictCode) -> Effect {
        switch code {
        case .deny: .refuse(.init(550, "5.7.1", "Access Denied"), then: .stay)
        case .denySoft: .refuse(.init(450, "4.7.1", "Lookup Failed"), then: .stay)
        case .denyDisconnect: .refuse(.init(550, "5.7.1", "Access Denied"), then: .close)
        case .denySoftDisconnect: .refuse(.init(450, "4.7.1", "Lookup Failed"), then: .close)
        case .cont, .stop, .disconnect, .ok, .nextHook, .delay: .proceed
        }
    }

    private func idle(_ code: VerdictCode) -> Effect {
        switch code {
        case .deny: .refuse(.init(500, "5.7.0", "Stop wasting my time"), then: .stay)
        case .denyDisconnect: .refuse(.init(500, "5.7.0", "Stop wasting my time"), then: .close)
        case .cont, .stop, .denySoft, .denySoftDisconnect, .disconnect, .ok, .nextHook, .delay: .proceed
        }
    }

    /// RFC 1870 §6.3: a message that is too large is 552, not Haraka's 550.
    private func oversize(_ code: VerdictCode) -> Effect {
        code == .denySoft
            ? .refuse(.init(450, "4.3.4", "Message too big!"), then: .stay)
            : .refuse(.init(552, "5.3.4", "Message too big!"), then: .stay)
    }

    /// Nobody took the message: it stays the client's.
    private func queueing(_ code: VerdictCode) -> Effect {
        switch code {
        case .ok: .proceed
        case .deny, .denySoft, .denyDisconnect, .denySoftDisconnect:
            refusal(code, hard: 550, soft: 450, "Message denied")
        case .cont, .stop, .disconnect, .nextHook, .delay:
            .refuse(.init(451, "4.3.0", "Queuing declined or disabled, try later"), then: .stay)
        }
    }
}

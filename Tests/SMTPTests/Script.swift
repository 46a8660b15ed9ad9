import SMTP

/// How the questions of a test are answered; what isn't scripted is accepted.
struct Script {
    private var answers: [(hook: String, from: Int, answer: ServerSession.Answer)] = []
    private var capabilities: [String] = []
    /// Whether TLS is there before the greeting.
    var beginsWithTLS = false
    /// Whom the client's certificate names.
    var identity: String?

    init() {}

    init(_ dialogue: Dialogue) {
        var sent = 0
        for step in dialogue.steps {
            if case .send(let bytes) = step { sent += bytes.count }
            guard case .answer(let hook, let verdict, let words) = step else { continue }
            if hook == "capabilities" {
                capabilities.append(words)
            } else {
                answers.append((hook, sent, Self.answer(hook, verdict, words)))
            }
        }
    }

    /// The answer for a question that the client's bytes up to a place have led to.
    mutating func answer(_ hook: String, at place: Int) -> ServerSession.Answer {
        if let index = answers.firstIndex(where: { $0.hook == hook && $0.from < max(place, 1) }) {
            return answers.remove(at: index).answer
        }
        if hook.hasPrefix("auth_") { return .authenticate(.yes) }
        return .accept(nil, adding: hook == "ehlo" ? capabilities : [])
    }

    private static func answer(_ hook: String, _ verdict: String, _ words: String) -> ServerSession.Answer {
        if hook.hasPrefix("auth_"), let answer = authAnswer(verdict, words) { return .authenticate(answer) }
        if verdict == "each" {
            return .acceptEach(words.split(separator: "|").map { Self.reply($0.trimmingPrefix(" ")) })
        }
        let reply = words.isEmpty ? nil : reply(words)
        switch verdict {
        case "cont", "ok": return .accept(reply)
        case "deny": return .refuse(reply ?? Reply(550, "denied"), then: hook == "connect" ? .loop : .stay)
        case "denysoft": return .refuse(reply ?? Reply(450, "denied for now"), then: hook == "connect" ? .loop : .stay)
        case "denydisconnect": return .refuse(reply ?? Reply(550, "denied"), then: .close)
        case "denysoftdisconnect": return .refuse(reply ?? Reply(450, "denied for now"), then: .close)
        default: fatalError("no such verdict: \(verdict)")
        }
    }

    private static func authAnswer(_ verdict: String, _ words: String) -> SASLExchange.Answer? {
        switch verdict {
        case "yes": .yes
        case "no": .no
        case "unavailable": .unavailable
        case "password": .password(Array(words.utf8))
        default: nil
        }
    }

    /// "550 5.1.1 text" or "550 text"; "\n" parts lines.
    private static func reply(_ words: some StringProtocol) -> Reply {
        let parts = String(words).split(separator: " ", maxSplits: 2).map(String.init)
        guard let code = UInt16(parts[0]) else { fatalError("no reply code: \(words)") }
        if parts.count > 2, let enhanced = EnhancedCode(parts[1]) {
            return Reply(code, enhanced, parts[2].replacing("\\n", with: "\n"))
        }
        return Reply(code, parts.dropFirst().joined(separator: " ").replacing("\\n", with: "\n"))
    }
}

extension ServerSession.Question {
    /// The hook that the question belongs to.
    var hook: String {
        switch self {
        case .connect: "connect"
        case .hello(.helo, _): "helo"
        case .hello(.ehlo, _): "ehlo"
        case .hello(.lhlo, _): "lhlo"
        case .authenticate(.lookup): "auth_lookup"
        case .authenticate(.verify): "auth_verify"
        case .authenticate(.token): "auth_token"
        case .mail: "mail"
        case .recipient: "rcpt"
        case .data: "data"
        case .tooBig: "max_data_exceeded"
        case .verify: "vrfy"
        case .noop: "noop"
        case .reset: "rset"
        case .quit: "quit"
        case .help: "help"
        case .unrecognized: "unrecognized_command"
        }
    }
}

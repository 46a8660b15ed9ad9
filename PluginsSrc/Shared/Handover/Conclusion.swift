package import PluginKit

/// One answer for a message whose recipients fared differently.
///
/// A client hears one reply for all of them. Where some have the message already, a refusal would make it send it to
/// them again (RFC 5321 §6.1), so it hears 250, and the others go to the server's own queue: it tries again, or reports.
package enum Conclusion: Equatable {
    /// Everybody has it.
    case taken(String)
    /// Nobody has it.
    case refused(Verdict)
    /// These have it, the others go to the queue.
    case queueOthers(than: [Int], String)

    package init(_ outcomes: [Outcome]) {
        let delivered = outcomes.filter { $0.kind == .delivered }
        let others = outcomes.filter { $0.kind != .delivered }
        if outcomes.isEmpty {
            self = .refused(Self.later)
        } else if others.isEmpty {
            self = .taken(delivered.last.map { Self.words($0.text) } ?? "")
        } else if delivered.isEmpty {
            self = .refused(Self.refusal(others, outcomes.count))
        } else {
            self = .queueOthers(than: delivered.map(\.index), delivered.last.map { Self.words($0.text) } ?? "")
        }
    }

    /// Soft as long as one of them may still get it.
    private static func refusal(_ others: [Outcome], _ count: Int) -> Verdict {
        let soft = others.first { $0.kind == .deferred }
        guard let outcome = soft ?? others.first else { return later }
        // What went wrong with the host itself is the log's.
        if outcome.code == 0, outcome.kind == .deferred { return later }
        let words = words(outcome.text)
        // With several recipients the client has to know whose it is.
        let text = count == 1 ? words : "\(self.words(outcome.address)): \(words)"
        let wanted = outcome.kind == .deferred ? 4 : 5
        let code = outcome.code / 100 == wanted && !isAboutSession(outcome.code) ? outcome.code : wanted * 100 + 50
        let enhanced = outcome.enhanced.flatMap { $0.first == Character(String(wanted)) ? $0 : nil }
        return outcome.kind == .deferred
            ? .denySoft(text, code: code == 450 ? 451 : code, enhanced: enhanced)
            : .deny(text, code: code, enhanced: enhanced)
    }

    private static func isAboutSession(_ code: Int) -> Bool { code == 421 }

    /// What a client may be told of a host's words.
    static func words(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(400).map { scalar -> Unicode.Scalar in
            (0x20...0x7E).contains(scalar.value) || scalar == "\n" ? scalar : "?"
        }
        return String(String.UnicodeScalarView(shown))
    }

    private static var later: Verdict {
        .denySoft("The next server cannot take mail now, try later", code: 451, enhanced: "4.4.0")
    }
}

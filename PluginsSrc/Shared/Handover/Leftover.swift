import Backend
package import PluginKit

/// The recipients of a message that others have already: the server's queue holds them, and the plugin's notes say so.
///
/// Notes travel with the message, so the plugin knows its own again in `get_mx` and leads it where the others went,
/// which neither DNS nor another plugin would do.
package enum Leftover {
    /// Before other plugins that name hosts for a domain.
    package static var priority: Int { -90 }

    /// Their domains, with a space between them.
    static let mark = "leftover"

    /// Writes down whom the plugin knows again.
    static func write(domainsOf rest: [EnvelopeRecipient], to notes: Notes) throws(HostError) {
        let domains = Set(rest.map { $0.domain.lowercased() }).sorted()
        try notes.set(.string(domains.joined(separator: " ")), for: mark)
    }

    /// Notes of a message are bounded, and the mark counts more than the reasons.
    private static let reasonLimit = (recipients: 100, characters: 200)

    static func key(of address: String) -> String { "\(mark) \(address)" }

    /// Writes down what the host has said of those who are left.
    static func write(reasons rest: [Outcome], to notes: Notes) {
        for outcome in rest.prefix(reasonLimit.recipients) {
            let reason = String(outcome.reason.prefix(reasonLimit.characters))
            try? notes.set(.string(reason), for: key(of: outcome.address))
        }
    }
}

extension Outcome {
    /// The host's reply, as far as it may be shown.
    var reason: String {
        let words = Conclusion.words(text).split(separator: "\n").joined(separator: " ")
        // What went wrong with the host itself is the log's.
        if code == 0 { return kind == .deferred ? "the next server could not be reached" : words }
        return "\(code) \(enhanced.map { "\($0) " } ?? "")\(words)"
    }
}

extension Call where Kind == HookKind.Delivery {
    /// Whether this plugin has left these recipients to the queue because others had the message already.
    ///
    /// Not whom an administrator has led elsewhere since (`haraka queue redirect`): his destination is another one.
    package var isLeftover: Bool {
        let domains = transactionNotes[Leftover.mark]?.string ?? ""
        return domains.split(separator: " ").contains { $0 == domain.lowercased() }
    }

    /// In `get_mx`, for leftovers that can't be tried again: gives them up with what the host has said of each.
    package func giveUpLeftovers() -> Verdict {
        let reasons = recipients.compactMap { recipient in
            transactionNotes[Leftover.key(of: recipient.address)]?.string.map { "\(recipient.address): \($0)" }
        }
        // A reply has lines of 480 bytes and not many.
        let lines = reasons.prefix(20).map { Conclusion.words($0) }
        return .deny(lines.isEmpty ? "the next server has not taken it" : lines.joined(separator: "\n"))
    }
}

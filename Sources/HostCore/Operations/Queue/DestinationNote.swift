internal import Outbound
internal import Queue

/// Why nothing is tried with a destination for now, although mail for it may be due, and what ends that.
struct DestinationNote: Sendable, Equatable {
    let domain: String
    /// None of its mail is tried before.
    let until: QueueTime
    /// What the host said, or what went wrong; nil where it is a rate that the administrator has set.
    let reason: String?

    /// Nil where nothing keeps its mail from being tried.
    init?(_ state: DestinationState, now: QueueTime) {
        guard let until = state.notBefore, until > now else { return nil }
        (domain, self.until, reason) = (state.name, until, state.reason)
    }

    func sentence(now: QueueTime) -> String {
        let name = SafeText.shown(domain)
        let time = QueueMoment.both(until, now: now)
        guard let reason else {
            return "\(name) has had as much mail as its rate allows, and gets none before \(time)."
        }
        return "\(name) is left alone until \(time): \(SafeText.shown(reason, limit: Self.reasonWidth))"
    }

    private static let reasonWidth = 300

    /// What has it tried at once, in the service directory as a word of a shell; nil where only another rate would.
    func advice(_ place: String) -> QueueAdvice? {
        guard reason != nil else { return nil }
        let command = "haraka queue flush \(SafeText.word(domain)) -c \(place)"
        return QueueAdvice("Try it all the same", command, isForMail: true)
    }
}

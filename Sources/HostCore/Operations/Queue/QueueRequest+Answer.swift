internal import Queue

extension QueueRequest {
    /// What was found out about a change beside its outcome.
    struct Circumstances {
        /// Whose mail isn't tried yet although it is due.
        var notes: [DestinationNote] = []
        /// The message that was named is in the queue, whomever else was asked for.
        var hasMessage = false
        /// The service directory, as a word of a shell.
        var place = ""
        var now = QueueTime.now
    }

    /// The outcome of a change, in sentences or for a program.
    func told(_ change: QueueChange, keep: Duration, _ circumstances: Circumstances = Circumstances()) -> String {
        let notes = change.changed > 0 ? circumstances.notes : []
        if isJSON { return QueueObjects.change(change, notes, place: circumstances.place).line }
        guard !change.isEmpty else { return circumstances.hasMessage ? nobodyInIt : nobody }
        var sentences: [String] = []
        if change.changed > 0 { sentences.append("\(Self.recipients(change.changed)) \(done(keep)).") }
        if change.leased > 0 {
            sentences.append("\(Self.recipients(change.leased)) being delivered right now, and left alone.")
        }
        if change.others > 0 { sentences.append("\(Self.recipients(change.others)) left alone: \(rule).") }
        for note in notes {
            sentences.append(note.sentence(now: circumstances.now))
            if let advice = note.advice(circumstances.place) { sentences.append("  \(advice.line)") }
        }
        return sentences.joined(separator: "\n")
    }

    /// There is such a message, and nobody in it is meant.
    private var nobodyInIt: String {
        let name = SafeText.shown(query.message ?? "")
        var others = query
        (others.message, others.domain) = (nil, nil)
        guard let domain = query.domain, others.isEmpty else {
            return "Nobody whom the message '\(name)' still waits for is like that."
        }
        return "The message '\(name)' waits for nobody in the domain \(SafeText.shown(domain))."
    }

    var nobody: String {
        query.message.map { "There is no message '\(SafeText.shown($0))' in the queue." }
            ?? "Nothing in the queue is like that."
    }

    private static func recipients(_ count: Int) -> String {
        "\(SafeText.count(count, "recipient")) \(count == 1 ? "is" : "are")"
    }

    private func done(_ keep: Duration) -> String {
        switch verb {
        case .hold: "held"
        case .release: "released and due now"
        case .delete: "deleted, and can be had back for \(QueueMoment.length(keep)): haraka queue undelete"
        case .undelete: "back, and due now unless held"
        case .purge: "deleted for good"
        case .redirect: "redirected to \(SafeText.shown(to ?? via ?? "")), and due now unless held"
        case .bounce: "given up, and each sender who wants to know is told"
        case .retry, .flush, .list, .show, .why, .stats: "due now"
        }
    }

    /// Whom it is for.
    private var rule: String {
        switch verb {
        case .hold: "only who waits can be held"
        case .release: "only who is held can be released"
        case .undelete: "only who is deleted can be had back"
        case .delete, .purge, .redirect, .bounce: "nothing is to be done for them any more"
        case .retry, .flush, .list, .show, .why, .stats: "only who waits can be retried; release is for who is held"
        }
    }
}

internal import Queue

extension Server {
    /// Changes the queue as a command asks for, and answers like ``reply(to:)`` once that is on the disk.
    func change(_ request: QueueRequest, _ answer: @escaping @Sendable (String) -> Void) {
        let (mail, log) = (mail, log)
        Task {
            do throws(QueueError) {
                let change = try await request.perform(on: mail, now: .now)
                log.notice("queue", [("request", .text(request.line)), ("changed", LogValue(change.changed))])
                answer("\(change.changed > 0 ? 0 : 1)\n\(request.told(change))\n")
            } catch {
                log.error("queue", [("request", .text(request.line)), ("reason", .text("\(error)"))])
                answer("1\nNothing is changed: \(error).\n")
            }
        }
    }
}

extension QueueRequest {
    fileprivate func perform(on queue: Queue, now: QueueTime) async throws(QueueError) -> QueueChange {
        let filter = query.filter(now: now)
        return switch verb {
        case .retry: try await queue.retry(filter, now: now)
        case .hold: try await queue.hold(filter)
        case .release: try await queue.release(filter, now: now)
        case .delete: try await queue.delete(query.message ?? "")
        }
    }

    /// The outcome, in sentences or for a program.
    func told(_ change: QueueChange) -> String {
        if isJSON { return QueueObjects.change(change).line }
        guard !change.isEmpty else { return nobody }
        var sentences: [String] = []
        if change.changed > 0 { sentences.append("\(Self.recipients(change.changed)) \(done).") }
        if change.leased > 0 {
            sentences.append("\(Self.recipients(change.leased)) being delivered right now, and left alone.")
        }
        if change.others > 0 { sentences.append("\(Self.recipients(change.others)) left alone: \(rule).") }
        return sentences.joined(separator: "\n")
    }

    private var nobody: String {
        query.message.map { "There is no message '\(SafeText.shown($0))' in the queue." }
            ?? "Nothing in the queue is like that."
    }

    private static func recipients(_ count: Int) -> String {
        "\(SafeText.count(count, "recipient")) \(count == 1 ? "is" : "are")"
    }

    private var done: String {
        switch verb {
        case .retry: "due now"
        case .hold: "held"
        case .release: "released and due now"
        case .delete: "deleted"
        }
    }

    /// Whom it is for.
    private var rule: String {
        switch verb {
        case .retry: "only who waits can be retried; release is for who is held"
        case .hold: "only who waits can be held"
        case .release: "only who is held can be released"
        case .delete: "nothing is to be done for them any more"
        }
    }
}

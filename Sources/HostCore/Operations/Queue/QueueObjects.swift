internal import Outbound
internal import Queue

/// What commands say of the queue, for programs.
enum QueueObjects {
    static func line(_ line: QueueLine) -> JSONObject {
        var object = message(line.message)
        recipient(line.recipient, into: &object)
        return object
    }

    static func entry(_ entry: QueueEntry) -> JSONObject {
        var object = message(entry.message)
        object.add(
            "recipients",
            entry.recipients.map {
                var object = JSONObject()
                recipient($0, into: &object)
                return object
            }
        )
        return object
    }

    private static func message(_ message: QueuedMessage) -> JSONObject {
        var object = JSONObject()
        object.add("name", message.name)
        object.add("number", Int(message.number))
        object.add("sender", message.sender)
        object.add("queued", QueueMoment.stamp(message.queued))
        object.add("size", message.size)
        object.add("client", message.client)
        return object
    }

    private static func recipient(_ recipient: QueuedRecipient, into object: inout JSONObject) {
        object.add("recipient", recipient.address)
        object.add("domain", recipient.destination)
        object.add("state", QueueQuery.State(recipient.state).rawValue)
        object.add("attempts", recipient.attempts)
        object.add("due", recipient.state == .waiting ? QueueMoment.stamp(recipient.due) : nil)
        object.add("kept_until", recipient.state == .deleted ? QueueMoment.stamp(recipient.due) : nil)
        object.add("tried", recipient.tried.map(QueueMoment.stamp))
        object.add("host", recipient.host)
        object.add("reply", recipient.reply)
        object.add("original", recipient.original)
        object.add("sender_told", recipient.warned.map(QueueMoment.stamp))
    }

    static func why(_ story: QueueStory) -> JSONObject {
        var object = message(story.entry.message)
        object.add("running", story.site.isRunning)
        object.add("disabled", story.site.settings.isDisabled)
        object.add(
            "recipients",
            story.entry.recipients.map {
                var object = JSONObject()
                recipient($0, into: &object)
                let chapter = story.chapter($0)
                object.add("cause", chapter.cause?.rawValue)
                object.add("explanation", chapter.explanation)
                object.add("named_by", chapter.post?.plugin)
                object.add("step", chapter.step)
                object.add("next", chapter.next)
                object.add("given_up", chapter.outlook.map { QueueMoment.stamp($0.end) })
                object.add("commands", chapter.advice.map(\.command))
                return object
            }
        )
        return object
    }

    static func statistics(_ statistics: QueueStatistics) -> JSONObject {
        var object = JSONObject()
        object.add("messages", statistics.messages)
        object.add("bytes", statistics.bytes)
        object.add("oldest", statistics.oldest.map(QueueMoment.stamp))
        var states = JSONObject()
        for state in RecipientState.allCases {
            states.add(QueueQuery.State(state).rawValue, statistics.recipients[state] ?? 0)
        }
        object.add("recipients", states)
        object.add(
            "domains",
            statistics.destinations.map {
                var object = JSONObject()
                object.add("domain", $0.name)
                object.add("recipients", $0.recipients)
                object.add("held", $0.held)
                object.add("due", $0.due.map(QueueMoment.stamp))
                return object
            }
        )
        return object
    }

    /// With those whose mail isn't tried yet although it is due, and what ends that in the service directory.
    static func change(_ change: QueueChange, _ notes: [DestinationNote] = [], place: String = "") -> JSONObject {
        var object = JSONObject()
        object.add("changed", change.changed)
        object.add("delivering", change.leased)
        object.add("unchanged", change.others)
        object.add(
            "waiting",
            notes.map { note in
                var object = JSONObject()
                object.add("domain", note.domain)
                object.add("not_before", QueueMoment.stamp(note.until))
                object.add("reason", note.reason)
                object.add("command", note.advice(place)?.command)
                return object
            }
        )
        return object
    }
}

internal import ArgumentParser
internal import HostCore

/// Options that choose recipients.
struct QueueChoice: ParsableArguments {
    @Option(help: "From this address; '<>' is the null sender.")
    var sender: String?
    @Option(help: "To this address.")
    var recipient: String?
    @Option(help: "To this domain.")
    var domain: String?
    @Option(help: "waiting, delivering, held, delivered, failed or deleted.", transform: Self.state)
    var state: QueueQuery.State?
    @Option(help: "Queued so long ago or longer: 90s, 15m, 2h, 3d.", transform: Self.age)
    var olderThan: Int?
    @Option(help: "With these words in the last reply.")
    var reply: String?

    func query(_ name: String? = nil) -> QueueQuery {
        var query = QueueQuery()
        query.message = name
        query.sender = sender
        query.recipient = recipient
        query.domain = domain
        query.state = state
        query.age = olderThan
        query.words = reply
        return query
    }

    @Sendable private static func state(_ word: String) throws -> QueueQuery.State {
        guard let state = QueueQuery.State(rawValue: word) else {
            throw ValidationError("A state is waiting, delivering, held, delivered, failed or deleted.")
        }
        return state
    }

    @Sendable private static func age(_ text: String) throws -> Int {
        guard let seconds = QueueQuery.seconds(text) else { throw ValidationError("An age is 90s, 15m, 2h or 3d.") }
        return seconds
    }
}

/// Who is meant by a command that changes the queue: a message, whoever is like that, or everybody.
struct QueueMeant: ParsableArguments {
    @Argument(help: "The name of a message, or its number.")
    var name: String?
    @OptionGroup var choice: QueueChoice
    @Flag(help: "Everybody.")
    var all = false
    @OptionGroup var options: DirectoryOption
    @OptionGroup var format: QueueFormat

    func validate() throws {
        guard choice.query(name).isEmpty == all else {
            throw ValidationError("Say who is meant: a message's name, options such as --domain, or --all alone.")
        }
    }

    func request(_ verb: QueueRequest.Verb) -> QueueRequest {
        QueueRequest(verb, choice.query(name), isJSON: format.json)
    }

    func ask(_ verb: QueueRequest.Verb) throws { try Door.change(request(verb), options) }
}

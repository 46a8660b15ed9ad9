internal import ArgumentParser
internal import HostCore

struct QueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Look at the mail that waits to be delivered, and change what becomes of it.",
        discussion:
            "Looking needs no running server. Exit status: 0, 1 when nothing is found or done, 64 for wrong usage.",
        subcommands: [
            QueueList.self, QueueShow.self, QueueCat.self, QueueWhy.self, QueueStats.self, QueueRetry.self,
            QueueHold.self, QueueRelease.self, QueueDelete.self,
        ],
        helpNames: [.long]
    )
}

/// The name that commands on one message have.
struct QueueName: ParsableArguments {
    @Argument(help: "The name of a message, as the log and the client's 250 have it, or its number.")
    var name: String
}

/// Options that choose recipients.
struct QueueChoice: ParsableArguments {
    @Option(help: "From this address; '<>' is the null sender.")
    var sender: String?
    @Option(help: "To this address.")
    var recipient: String?
    @Option(help: "To this domain.")
    var domain: String?
    @Option(help: "waiting, delivering, held, delivered or failed.", transform: Self.state)
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
            throw ValidationError("A state is waiting, delivering, held, delivered or failed.")
        }
        return state
    }

    @Sendable private static func age(_ text: String) throws -> Int {
        guard let seconds = QueueQuery.seconds(text) else { throw ValidationError("An age is 90s, 15m, 2h or 3d.") }
        return seconds
    }
}

struct QueueFormat: ParsableArguments {
    @Flag(help: "For programs: one JSON object a line.")
    var json = false
}

struct QueueList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List who waits for which message, the oldest first (--qlist)."
    )
    @OptionGroup var options: DirectoryOption
    @OptionGroup var choice: QueueChoice
    @OptionGroup var format: QueueFormat
    @Option(help: "List so many at most; 0 lists all.")
    var limit = 1000

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit is a number of recipients, or 0 for all.") }
    }

    func run() throws {
        let found = try Door.queue(options) { (tool) throws(StartError) in
            try tool.list(choice.query(), limit: limit, json: format.json, say: Terminal.say, tell: Terminal.tell)
        }
        if !found { throw Door.failure("Nothing in the queue is like that.") }
    }
}

struct QueueShow: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a message and its recipients.")
    @OptionGroup var message: QueueName
    @OptionGroup var options: DirectoryOption
    @OptionGroup var format: QueueFormat

    func run() throws {
        let (text, unknown) = try Door.queue(options) { (tool) throws(StartError) in
            (try tool.show(message.name, json: format.json), tool.unknown(message.name))
        }
        guard let text else { throw Door.failure(unknown) }
        Terminal.say(text)
    }
}

struct QueueWhy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell what happened to a message, what happens next and when, and what helps."
    )
    @OptionGroup var message: QueueName
    @OptionGroup var options: DirectoryOption

    func run() throws {
        let (text, unknown) = try Door.queue(options) { (tool) throws(StartError) in
            (try tool.why(message.name), tool.unknown(message.name))
        }
        guard let text else { throw Door.failure(unknown) }
        Terminal.say(text)
    }
}

struct QueueCat: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Write a message to standard output, byte for byte as it is queued."
    )
    @OptionGroup var message: QueueName
    @OptionGroup var options: DirectoryOption

    func run() throws {
        let (isDone, unknown) = try Door.queue(options) { (tool) throws(StartError) in
            (try tool.copy(message.name), tool.unknown(message.name))
        }
        if !isDone { throw Door.failure(unknown) }
    }
}

struct QueueStats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count messages, states and the domains with the most recipients (--qstat)."
    )
    @OptionGroup var options: DirectoryOption
    @OptionGroup var format: QueueFormat

    func run() throws {
        Terminal.say(
            try Door.queue(options) { (tool) throws(StartError) in try tool.statistics(json: format.json) }
        )
    }
}

extension Door {
    /// Looks at the queue of a directory.
    static func queue<Result>(
        _ options: DirectoryOption,
        _ body: (QueueTool) throws(StartError) -> Result
    ) throws -> Result {
        try run { () throws(StartError) in
            try body(try QueueTool(options.directory, installation: try Installation.locate()))
        }
    }
}

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
            QueueFlush.self, QueueHold.self, QueueRelease.self, QueueRedirect.self, QueueBounce.self, QueueDelete.self,
            QueueUndelete.self, QueueEmpty.self,
        ]
    )
}

/// The name that commands on one message have.
struct QueueName: ParsableArguments {
    @Argument(help: "The name of a message, as the log and the client's 250 have it, or its number.")
    var name: String
    @OptionGroup var options: DirectoryOption

    /// What is seen of the message; without one it is told where its end can be found.
    func find<Value>(_ look: (QueueTool) throws(StartError) -> Value?) throws -> Value {
        let (value, unknown) = try Door.queue(options) { (tool) throws(StartError) in
            (try look(tool), tool.unknown(name))
        }
        guard let value else { throw Door.failure(unknown) }
        return value
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
    @OptionGroup var format: QueueFormat

    func run() throws {
        Terminal.say(
            try message.find { (tool) throws(StartError) in try tool.show(message.name, json: format.json) }
        )
    }
}

struct QueueWhy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell what happened to a message, what happens next and when, and what helps."
    )
    @OptionGroup var message: QueueName
    @OptionGroup var format: QueueFormat

    func run() throws {
        let ended = try Door.run { () throws(StartError) in
            let installation = try Installation.locate()
            return { QueueEnd.lines(message.name, directory: message.options.directory, installation: installation) }
        }
        do {
            Terminal.say(
                try message.find { (tool) throws(StartError) in try tool.why(message.name, json: format.json) }
            )
        } catch {
            let lines = format.json ? [] : ended()
            if !lines.isEmpty { Terminal.tell((["The log says of it:"] + lines).joined(separator: "\n")) }
            throw error
        }
    }
}

struct QueueCat: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Write a message to standard output, byte for byte as it is queued."
    )
    @OptionGroup var message: QueueName

    func run() throws { try message.find { (tool) throws(StartError) in try tool.copy(message.name) } }
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

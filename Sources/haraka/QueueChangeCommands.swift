internal import ArgumentParser
internal import HostCore

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

    func ask(_ verb: QueueRequest.Verb) throws {
        try Door.change(QueueRequest(verb, choice.query(name), isJSON: format.json), options)
    }
}

struct QueueRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try who waits now (--qunstick [DOMAIN])."
    )
    @OptionGroup var meant: QueueMeant
    func run() throws { try meant.ask(.retry) }
}

struct QueueHold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Try who waits no more until they are released."
    )
    @OptionGroup var meant: QueueMeant
    func run() throws { try meant.ask(.hold) }
}

struct QueueRelease: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "release", abstract: "Try who is held now.")
    @OptionGroup var meant: QueueMeant
    func run() throws { try meant.ask(.release) }
}

struct QueueDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Take a message out of the queue for good; its sender isn't told."
    )
    @OptionGroup var message: QueueName
    @OptionGroup var options: DirectoryOption
    @OptionGroup var format: QueueFormat

    func run() throws {
        var query = QueueQuery()
        query.message = message.name
        try Door.change(QueueRequest(.delete, query, isJSON: format.json), options)
    }
}

extension Door {
    /// Asks the running server for a change of its queue.
    static func change(_ request: QueueRequest, _ options: DirectoryOption) throws {
        let (text, status) = request.ask(directory: options.directory)
        if status == 0 || request.isJSON { Terminal.say(text) } else { Terminal.tell(text) }
        if status != 0 { throw ExitCode(status) }
    }
}

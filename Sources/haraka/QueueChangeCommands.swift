internal import ArgumentParser
internal import HostCore

struct QueueRetry: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "retry", abstract: "Try who waits now.")
    @OptionGroup var meant: QueueMeant
    func run() throws { try meant.ask(.retry) }
}

struct QueueFlush: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush",
        abstract: "Try all that waits for a domain now, or for all, and those that were left alone too (--qunstick)."
    )
    @Argument(help: "A domain; without one all are meant.")
    var domain: String?
    @OptionGroup var options: DirectoryOption
    @OptionGroup var format: QueueFormat

    func run() throws {
        var query = QueueQuery()
        query.domain = domain
        try Door.change(QueueRequest(.flush, query, isJSON: format.json), options)
    }
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

struct QueueRedirect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redirect",
        abstract: "Send mail to another address (--to), or by other hosts to the same (--via).",
        usage: """
            haraka queue redirect WHO --to ADDRESS -c DIR
            haraka queue redirect WHO --via DOMAIN -c DIR
            """,
        discussion: "WHO is a message's name, or options such as --domain, which all have to be true, or --all."
    )
    @OptionGroup var meant: QueueMeant
    @Option(help: "The mail goes to this ADDRESS and no longer to the recipients that WHO means.")
    var to: String?
    @Option(help: "The mail goes to the same recipients, but by the hosts or the route of this DOMAIN or [IP address].")
    var via: String?

    func validate() throws {
        guard (to == nil) != (via == nil) else {
            throw ValidationError("Say either --to ADDRESS, for another recipient, or --via DOMAIN, for other hosts.")
        }
    }

    func run() throws {
        var request = meant.request(.redirect)
        (request.to, request.via) = (to, via)
        try Door.change(request, meant.options)
    }
}

struct QueueBounce: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bounce",
        abstract: "Give mail up now; its senders get it back with a reason."
    )
    @OptionGroup var meant: QueueMeant
    @Option(help: "What the senders are told.")
    var reason: String

    func run() throws {
        var request = meant.request(.bounce)
        request.reason = reason
        try Door.change(request, meant.options)
    }
}

struct QueueDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Take mail out of the queue; its senders aren't told. undelete has it back for a while."
    )
    @OptionGroup var meant: QueueMeant
    @Flag(help: "For good, and what was deleted before as well.")
    var purge = false

    func run() throws { try meant.ask(purge ? .purge : .delete) }
}

struct QueueUndelete: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "undelete", abstract: "Have deleted mail back.")
    @OptionGroup var meant: QueueMeant
    func run() throws { try meant.ask(.undelete) }
}

struct QueueEmpty: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "empty",
        abstract: "Delete all mail of the queue (--qempty), after a question."
    )
    @OptionGroup var options: DirectoryOption
    @OptionGroup var format: QueueFormat
    @Flag(name: [.customShort("y"), .long], help: "Don't ask.")
    var yes = false
    @Flag(help: "For good, and what was deleted before as well.")
    var purge = false

    func run() throws {
        if !yes {
            let summary = try Door.queue(options) { (tool) throws(StartError) in try tool.statistics(json: false) }
            Terminal.tell(summary)
            let question = purge ? "Delete all of it for good?" : "Delete all of it?"
            guard let answer = Confirmation.isGiven(question) else {
                Terminal.tell("There is nobody to ask: say --yes.")
                throw ExitCode(64)
            }
            guard answer else { throw Door.failure("Nothing is deleted.") }
        }
        try Door.change(QueueRequest(purge ? .purge : .delete, QueueQuery(), isJSON: format.json), options)
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

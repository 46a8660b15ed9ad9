internal import Outbound
internal import Queue
internal import System

/// What `haraka queue` sees: the queue of a service directory, whether its server runs or not.
///
/// Who may not read the files and may use the control socket is shown what the server sees.
public struct QueueTool {
    /// Lines that are read and printed at once.
    private static let page = 500
    /// Lines of a listing that the server writes for somebody: they are in its memory until they are sent.
    static let mostAnswered = 20_000

    private enum Source {
        /// Nil where nothing was ever queued.
        case files(QueueView?)
        case server
    }

    private let folder: String
    private let site: QueueSite
    private let source: Source
    private let now = QueueTime.now

    public init(_ directory: String, installation: Installation) throws(StartError) {
        let (configuration, _) = try Configuration.examine(directory, installation, strict: false)
        // With files that can't be read the server may run all the same, as it did before they changed.
        folder = configuration?.queueFolder ?? directory + "/queue"
        var site = configuration.map { QueueSite($0, directory: directory) } ?? QueueSite(directory: directory)
        site.isRunning = ControlClient.isAnswered(directory)
        self.site = site
        do throws(QueueViewError) {
            source = .files(try QueueView(in: folder))
        } catch {
            switch error {
            case .missing: source = .files(nil)
            case .file(let fault) where fault.isDenied && ControlClient.mayAsk(directory): source = .server
            default: throw Self.failure(folder, error)
            }
        }
    }

    /// For the server itself, which knows the states of destinations that wait, and where plugins have sent mail.
    init(
        _ configuration: Configuration,
        states: [String: DestinationState] = [:],
        signposts: Signposts? = nil
    ) throws(StartError) {
        folder = configuration.queueFolder
        var site = QueueSite(configuration, directory: configuration.directory)
        (site.states, site.signposts) = (states, signposts)
        self.site = site
        do throws(QueueViewError) { source = .files(try QueueView(in: folder)) } catch {
            throw Self.failure(folder, error)
        }
    }

    private static func failure(_ folder: String, _ error: QueueViewError) -> StartError {
        if case .file(let error) = error, error.isDenied {
            return StartError(
                "\(folder): \(error.reason): ask as root, as the user that the server runs as, or as one of its group."
            )
        }
        return StartError("The queue in \(folder) can't be read: \(error).")
    }

    private func look<Value>(_ body: () throws(QueueViewError) -> Value) throws(StartError) -> Value {
        do throws(QueueViewError) { return try body() } catch { throw Self.failure(folder, error) }
    }

    /// What the server answers; nil where it found nothing.
    private func asked(_ request: QueueRequest) throws(StartError) -> String? {
        let (text, status) = request.ask(directory: site.directory)
        switch status {
        case 0: return text
        case 1: return nil
        default: throw StartError(text)
        }
    }

    private func asked(_ verb: QueueRequest.Verb, _ name: String? = nil, json: Bool) throws(StartError) -> String? {
        var query = QueueQuery()
        query.message = name
        return try asked(QueueRequest(verb, query, isJSON: json))
    }

    /// Prints who is waiting, page by page.
    ///
    /// - Parameters:
    ///   - query: who is meant.
    ///   - limit: recipients at most; 0 is all.
    ///   - json: one object a line, instead of a table.
    ///   - say: takes a page.
    ///   - tell: takes the sentence that there is more.
    /// - Returns: whether somebody was found.
    /// - Throws: the queue can't be read.
    public func list(
        _ query: QueueQuery,
        limit: Int,
        json: Bool,
        say: (String) -> Void,
        tell: (String) -> Void
    ) throws(StartError) -> Bool {
        guard case .files(let view) = source else {
            var request = QueueRequest(.list, query, isJSON: json)
            request.limit = limit
            let text = try asked(request)
            text.map(say)
            return text != nil
        }
        guard let view else { return false }
        let filter = query.filter(now: now)
        let tables = QueueTables(now: now)
        var rest = limit == 0 ? Int.max : limit
        var last: Int64 = 0
        while true {
            let lines = try look { () throws(QueueViewError) in
                try view.list(filter, after: last, limit: min(Self.page, rest == .max ? rest : rest + 1))
            }
            let shown = lines.prefix(rest)
            if !shown.isEmpty {
                let header = last == 0 ? [QueueTables.header] : []
                let text = json ? shown.map { QueueObjects.line($0).line } : Table.lines(header + shown.map(tables.row))
                say(text.joined(separator: "\n"))
            }
            last = shown.last?.recipient.id ?? last
            rest -= shown.count
            if shown.count < lines.count { tell("There are more: --limit 0 lists all.") }
            if shown.count < lines.count || lines.count < Self.page { return last > 0 }
        }
    }

    /// A message in full; nil when there is none of that name or number.
    public func show(_ name: String, json: Bool) throws(StartError) -> String? {
        guard case .files(let view) = source else { return try asked(.show, name, json: json) }
        guard let entry = try entry(name, view) else { return nil }
        return json ? QueueObjects.entry(entry).line : QueueTables(now: now).lines(entry).joined(separator: "\n")
    }

    /// What happened to a message and what happens next, in sentences; nil when there is none.
    public func why(_ name: String, json: Bool) throws(StartError) -> String? {
        guard case .files(let view) = source else { return try asked(.why, name, json: json) }
        // The server knows more: who is left alone for now, and which plugin has named a host.
        if site.isRunning, site.states == nil, let told = try? asked(.why, name, json: json) { return told }
        guard let entry = try entry(name, view) else { return nil }
        let story = QueueStory(entry: entry, site: site, now: now)
        return json ? QueueObjects.why(story).line : story.lines.joined(separator: "\n")
    }

    /// Writes the text of a message to standard output as it is queued; nil when there is none.
    public func copy(_ name: String) throws(StartError) -> Void? {
        guard case .files(let view) = source else {
            throw StartError("\(folder): only root and the user that the server runs as may read messages.")
        }
        guard let view, let entry = try entry(name, view) else { return nil }
        let isThere = try look { () throws(QueueViewError) in
            let output: FileDescriptor
            do throws(SystemError) { output = try FileDescriptor.standardOutput() } catch { throw .file(error) }
            return try view.copy(entry.message, to: output)
        }
        return isThere ? () : nil
    }

    /// The queue in numbers.
    public func statistics(json: Bool) throws(StartError) -> String {
        guard case .files(let view) = source else { return try asked(.stats, json: json) ?? "" }
        let statistics = try look { () throws(QueueViewError) in try view?.statistics() } ?? .empty
        return json
            ? QueueObjects.statistics(statistics).line
            : QueueTables(now: now).lines(statistics).joined(separator: "\n")
    }

    private static let mostNotes = 20
    /// Of so many destinations it is looked up whether they are meant.
    private static let mostLookedAt = 500

    /// What is to be told of a change beside its outcome; empty where the queue can't be read.
    func circumstances(of request: QueueRequest) -> QueueRequest.Circumstances {
        var circumstances = QueueRequest.Circumstances(place: site.place, now: now)
        guard case .files(let view?) = source else { return circumstances }
        if let name = request.query.message {
            circumstances.hasMessage = (try? view.entry(name)) != nil
        }
        for (name, state) in (site.states ?? [:]).sorted(by: { $0.key < $1.key }).prefix(Self.mostLookedAt) {
            guard let note = DestinationNote(state, now: now), isMeant(name, by: request, view) else { continue }
            // What it says ends the wait of those that were left alone.
            if request.verb == .flush, note.reason != nil { continue }
            circumstances.notes.append(note)
            if circumstances.notes.count == Self.mostNotes { break }
        }
        return circumstances
    }

    /// Whether mail for a destination is due because of a change.
    private func isMeant(_ destination: String, by request: QueueRequest, _ view: QueueView) -> Bool {
        if request.verb == .redirect { return request.target?.domain == destination }
        var filter = request.query.filter(now: now)
        guard filter.destination.map({ $0.lowercased() == destination }) ?? true else { return false }
        filter.destination = destination
        switch request.verb {
        case .undelete: filter.state = filter.state ?? .deleted
        case .release: filter.state = filter.state ?? .held
        default: filter.state = filter.state ?? .waiting
        }
        return (try? view.list(filter, after: 0, limit: 1))?.isEmpty == false
    }

    private func entry(_ name: String, _ view: QueueView?) throws(StartError) -> QueueEntry? {
        try look { () throws(QueueViewError) in try view?.entry(name) }
    }

    /// Why a name leads nowhere.
    public func unknown(_ name: String) -> String {
        "There is no message '\(SafeText.shown(name))' in the queue; if there was one, its end is told by: "
            + "haraka log \(SafeText.word(name)) -c \(site.place)"
    }
}

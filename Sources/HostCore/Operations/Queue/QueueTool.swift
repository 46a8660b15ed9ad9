internal import Outbound
internal import Queue
internal import System

/// What `haraka queue` sees: the queue of a service directory, whether its server runs or not.
public struct QueueTool {
    /// Lines that are read and printed at once.
    private static let page = 500

    private let directory: String
    private let folder: String
    /// Nil where nothing was ever queued.
    private let view: QueueView?
    private let isDisabled: Bool
    private let now = QueueTime.now

    public init(_ directory: String, installation: Installation) throws(StartError) {
        self.directory = directory
        let (configuration, _) = try Configuration.examine(directory, installation, strict: false)
        // With files that can't be read the server may run all the same, as it did before they changed.
        let folder = configuration?.queueFolder ?? directory + "/queue"
        isDisabled = configuration?.outbound.runner.isDisabled ?? false
        do throws(QueueViewError) {
            view = try QueueView(in: folder)
        } catch {
            guard error == .missing else { throw Self.failure(folder, error) }
            view = nil
        }
        self.folder = folder
    }

    private static func failure(_ folder: String, _ error: QueueViewError) -> StartError {
        if case .file(let error) = error, error.isDenied {
            return StartError("\(folder): \(error.reason): ask as root or as the user that the server runs as.")
        }
        return StartError("The queue in \(folder) can't be read: \(error).")
    }

    private func look<Value>(_ body: () throws(QueueViewError) -> Value) throws(StartError) -> Value {
        do throws(QueueViewError) { return try body() } catch { throw Self.failure(folder, error) }
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
        guard let entry = try entry(name) else { return nil }
        return json ? QueueObjects.entry(entry).line : QueueTables(now: now).lines(entry).joined(separator: "\n")
    }

    /// What happened to a message and what happens next, in sentences; nil when there is none.
    public func why(_ name: String) throws(StartError) -> String? {
        guard let entry = try entry(name) else { return nil }
        let story = QueueStory(
            entry: entry,
            directory: directory,
            now: now,
            isRunning: ControlClient.isAnswered(directory),
            isDisabled: isDisabled
        )
        return story.lines.joined(separator: "\n")
    }

    /// Writes the text of a message to standard output as it is queued; false when there is none.
    public func copy(_ name: String) throws(StartError) -> Bool {
        guard let view, let entry = try entry(name) else { return false }
        return try look { () throws(QueueViewError) in
            let output: FileDescriptor
            do throws(SystemError) { output = try FileDescriptor.standardOutput() } catch { throw .file(error) }
            return try view.copy(entry.message, to: output)
        }
    }

    /// The queue in numbers.
    public func statistics(json: Bool) throws(StartError) -> String {
        let statistics = try look { () throws(QueueViewError) in try view?.statistics() } ?? .empty
        return json
            ? QueueObjects.statistics(statistics).line
            : QueueTables(now: now).lines(statistics).joined(separator: "\n")
    }

    private func entry(_ name: String) throws(StartError) -> QueueEntry? {
        try look { () throws(QueueViewError) in try view?.entry(name) }
    }

    /// Why a name leads nowhere.
    public func unknown(_ name: String) -> String {
        "There is no message '\(SafeText.shown(name))' in the queue; if there was one, its end is told by: "
            + "haraka log \(SafeText.word(name)) -c \(SafeText.word(directory))"
    }
}

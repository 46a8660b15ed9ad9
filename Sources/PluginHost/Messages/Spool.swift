public import System

/// Where the text of big messages waits for its end: files without a name in one folder, so that nothing is left of them.
///
/// Threads of its own write them: a disk that blocks holds up the messages that wait for it, and no event loop.
public final class Spool: Sendable {
    enum Job: Sendable {
        case write(MessageBuffer)
        /// The last one to hold it is a thread that may wait: closing a file can.
        case drop(SpoolRegion)
    }

    private struct Desk {
        var jobs: [Job] = []
        var isClosed = false
    }

    private final class Office: Sendable {
        let desk = Guarded(Desk())
    }

    /// The folder that the files are in.
    public let folder: String
    /// Bytes of a message that stay in memory in any case; what follows is written.
    public let after: Int
    /// Above so many bytes of all messages, new ones are written from the first bytes on.
    public let pressure: Int
    private let report: @Sendable (SystemError) -> Void
    private let office = Office()

    /// So many bytes of a message may wait to be written; then its client has to wait.
    static let patience = 128 << 10
    private static let threads = 2
    /// Jobs that a thread takes at once.
    private static let batch = 8

    /// Tries the folder.
    ///
    /// - Parameters:
    ///   - folder: where the files are to be.
    ///   - after: bytes of a message that stay in memory in any case.
    ///   - pressure: bytes of all messages above which new ones are written from the first bytes on.
    ///   - report: told of each message that could not be written, on any thread.
    /// - Throws: why no file can be made in the folder.
    public init(
        folder: String,
        after: Int,
        pressure: Int,
        report: @escaping @Sendable (SystemError) -> Void
    ) throws(SystemError) {
        _ = try FileDescriptor.scratch(in: folder)
        self.folder = folder
        self.after = after
        self.pressure = pressure
        self.report = report
        let office = office
        for _ in 0..<Self.threads { Thread.start(named: "spool") { Self.work(office) } }
    }

    deinit {
        office.desk.withLock { $0.isClosed = true }
        office.desk.announceToAll()
    }

    func take(_ job: Job) {
        office.desk.withLock { $0.jobs.append(job) }
        office.desk.announce()
    }

    func tell(_ fault: SystemError) { report(fault) }

    private static func work(_ office: Office) {
        while true {
            let jobs = office.desk.wait { desk -> [Job]? in
                guard !desk.jobs.isEmpty else { return desk.isClosed ? [] : nil }
                defer { desk.jobs.removeFirst(min(batch, desk.jobs.count)) }
                return Array(desk.jobs.prefix(batch))
            }
            guard let jobs, !jobs.isEmpty else { return }
            for job in jobs {
                if case .write(let message) = job { message.spill() }
            }
        }
    }
}

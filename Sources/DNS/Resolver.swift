internal import System

/// Asks DNS: cached, validated by DNSSEC, thousands of questions at once without a thread for each.
///
/// One thread belongs to a resolver, and libunbound starts another for itself. Every question gets one answer, also
/// when time runs out and when the resolver is stopped.
public final class Resolver: Sendable {
    /// How long a question waits unless it is told otherwise.
    public static let patience = Duration.seconds(30)

    private let inbox: Inbox
    private let thread: BackgroundThread

    /// Reads all files that the settings name.
    ///
    /// Make it after the process has forked for the last time: a child would have neither of the threads.
    public init(_ settings: ResolverSettings = ResolverSettings()) throws(SettingsError) {
        let context = try LibraryContext(settings)
        let inbox = try Inbox()
        self.inbox = inbox
        let followsAliases = settings.localZones.contains { !$0.records.isEmpty }
        do throws(SystemError) {
            thread = try BackgroundThread {
                LookupLoop(context, inbox, followsAliases: followsAliases).run()
            }
        } catch {
            throw SettingsError(setting: "thread", value: "", reason: error.reason)
        }
    }

    deinit {
        stop()
    }

    /// Asks, and has the answer taken once.
    ///
    /// `take` runs on the resolver's thread and must not block it; when that is stopped already, on the caller's.
    public func look(
        up question: Question,
        within patience: Duration = Resolver.patience,
        _ take: @escaping @Sendable (Answer) -> Void
    ) {
        let deadline = SystemTime.monotonicNanoseconds.addingReportingOverflow(Self.nanoseconds(patience))
        let entry = Inbox.Entry(
            question: question,
            deadline: deadline.overflow ? .max : deadline.partialValue,
            take: take
        )
        if !inbox.put(entry) { take(Answer(question, .stopped)) }
    }

    /// Asks and waits for the answer; a cancelled task waits no less.
    public func answer(to question: Question, within patience: Duration = Resolver.patience) async -> Answer {
        await withCheckedContinuation { continuation in
            look(up: question, within: patience) { continuation.resume(returning: $0) }
        }
    }

    /// Answers what is open with `stopped` and ends both threads; returns when that is done.
    ///
    /// Called from within `take` it returns at once, and the rest follows.
    public func stop() {
        inbox.stop()
        thread.join()
    }

    /// Whole nanoseconds; 0 for a negative duration, 292 years at most.
    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        if seconds < 0 || attoseconds < 0 { return 0 }
        return UInt64(min(seconds, 9_000_000_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}

internal import CUnbound
internal import Glibc
internal import System

/// What the resolver's thread does: hands questions to libunbound, and answers and deadlines to those who asked.
///
/// It belongs to that thread alone.
final class LookupLoop {
    /// As many aliases as libunbound follows itself.
    private static let hopLimit = 11

    private let context: LibraryContext
    private let inbox: Inbox
    /// Whether aliases are ours to follow: in local zones libunbound doesn't.
    private let followsAliases: Bool
    private var outstanding: [UInt64: Lookup] = [:]
    private var deadlines = Deadlines()
    private var lastId: UInt64 = 0
    /// Why libunbound can't be asked any more.
    private var breakdown: String?

    init(_ context: LibraryContext, _ inbox: Inbox, followsAliases: Bool) {
        self.context = context
        self.inbox = inbox
        self.followsAliases = followsAliases
    }

    /// Returns when the inbox is stopped and every question is answered.
    func run() {
        while true {
            let (entries, isStopping) = inbox.take()
            for entry in entries { start(entry) }
            if isStopping { return endAll(.stopped) }
            process()
            expire()
            deadlines.tidy(outstanding: outstanding.count) { outstanding[$0] != nil }
            wait()
        }
    }

    private func start(_ entry: Inbox.Entry) {
        lastId += 1
        let lookup = Lookup(id: lastId, entry: entry, loop: self)
        outstanding[lookup.id] = lookup
        deadlines.add(lookup.id, at: entry.deadline)
        ask(lookup)
    }

    private func ask(_ lookup: Lookup) {
        if let breakdown { return end(lookup, .failed(reason: breakdown)) }
        do throws(LibraryFault) {
            // It stays in `outstanding` until its receiver was called or it is cancelled, so the pointer holds.
            let pointer = unsafe Unmanaged.passUnretained(lookup).toOpaque()
            lookup.number = try unsafe context.resolve(lookup.question, pointer, Lookup.receiver)
        } catch {
            end(lookup, .failed(reason: error.reason))
        }
    }

    private func process() {
        if breakdown != nil { return }
        do throws(LibraryFault) {
            try context.process()
        } catch {
            breakdown = error.reason
            endAll(.failed(reason: error.reason))
        }
    }

    private func expire() {
        let now = SystemTime.monotonicNanoseconds
        while let id = deadlines.take(at: now) {
            guard let lookup = outstanding[id] else { continue }
            context.cancel(lookup.number)
            end(lookup, .timedOut)
        }
    }

    private func wait() {
        var watched = [
            pollfd(fd: inbox.descriptor, events: Int16(POLLIN), revents: 0),
            // poll passes over a negative one.
            pollfd(fd: breakdown == nil ? context.descriptor : -1, events: Int16(POLLIN), revents: 0),
        ]
        // A failing poll (ENOMEM) is as good as a time-out: the loop looks and waits again.
        _ = unsafe poll(&watched, 2, timeout)
    }

    /// Milliseconds until the next deadline, rounded up; -1 for ever.
    private var timeout: Int32 {
        guard let next = deadlines.next else { return -1 }
        let now = SystemTime.monotonicNanoseconds
        return next <= now ? 0 : Int32(clamping: (next - now) / 1_000_000 + 1)
    }

    /// A result for a lookup, to be read before libunbound frees it.
    func came(_ result: ub_result, for lookup: Lookup) {
        if followsAliases, lookup.hops < Self.hopLimit, let target = unsafe Reading.alias(result), target != lookup.name
        {
            lookup.hops += 1
            lookup.name = target
            return ask(lookup)
        }
        finish(lookup, unsafe Reading.answer(lookup.entry.question, lookup.name, result))
    }

    func end(_ lookup: Lookup, _ outcome: Answer.Outcome) {
        finish(lookup, Answer(lookup.entry.question, outcome))
    }

    /// The only place where an answer leaves, so each leaves once.
    private func finish(_ lookup: Lookup, _ answer: Answer) {
        guard outstanding.removeValue(forKey: lookup.id) != nil else { return }
        lookup.entry.take(answer)
    }

    private func endAll(_ outcome: Answer.Outcome) {
        for lookup in outstanding.values {
            context.cancel(lookup.number)
            end(lookup, outcome)
        }
    }
}

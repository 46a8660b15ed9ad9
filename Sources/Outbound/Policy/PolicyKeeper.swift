public import DNS
public import Queue

/// Knows the MTA-STS policy of each domain that mail goes to, and keeps it as long as it counts: RFC 8461.
public actor PolicyKeeper {
    /// After a fetch that has failed, for the same id: RFC 8461 §3.3.
    private static let rest = Duration.seconds(300)
    private static let day = Duration.seconds(86_400)
    /// What is kept in memory beside the book, in domains.
    private static let most = 10_000
    /// Policies that nobody has needed for so long are fetched again only when somebody does.
    private static let disuse = Duration.seconds(7 * 86_400)
    private static let batch = 200

    private struct Failure {
        let id: String
        let until: QueueTime
    }

    private let book: PolicyBook
    private let source: any PolicySource
    private let clock: @Sendable () -> QueueTime
    private let tally: TLSTally?
    private let report: @Sendable (String, PolicyFault) -> Void
    /// The same in bytes.
    private let mostBytes: Int
    /// Nil in it: the book has none.
    private var known: [String: KeptPolicy?] = [:]
    /// Of the policies in it.
    private(set) var knownBytes = 0
    private var failures: [String: Failure] = [:]
    /// Who waits for a fetch that is under way.
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    /// - Parameters:
    ///   - book: where policies are kept.
    ///   - host: where they come from.
    ///   - tally: told of policies that can't be had.
    ///   - clock: the time on the wall.
    ///   - report: told of a domain whose policy can't be had, on any thread.
    public init(
        book: PolicyBook,
        host: PolicyHost,
        tally: TLSTally?,
        clock: @escaping @Sendable () -> QueueTime,
        report: @escaping @Sendable (String, PolicyFault) -> Void
    ) { self.init(book: book, source: host, tally: tally, clock: clock, report: report) }

    init(
        book: PolicyBook,
        source: any PolicySource,
        tally: TLSTally? = nil,
        mostBytes: Int = 16 << 20,
        clock: @escaping @Sendable () -> QueueTime,
        report: @escaping @Sendable (String, PolicyFault) -> Void = { _, _ in }
    ) {
        (self.book, self.source, self.tally, self.clock, self.report) = (book, source, tally, clock, report)
        self.mostBytes = mostBytes
    }

    /// The policy that mail to a domain is under now; nil without one.
    ///
    /// One that isn't known yet, or has another id, is fetched meanwhile. What can't be fetched changes nothing: a
    /// policy counts until its end (RFC 8461 §5.1).
    public func policy(of domain: Name) async -> STSPolicy? {
        let id = await source.id(of: domain)
        var kept = await kept(domain.text)
        if let id, kept?.id != id || kept.map({ $0.expires <= clock() }) != false {
            if mayFetch(domain.text, id) {
                await fetch(domain, id, used: clock())
            } else if waiting[domain.text] != nil {
                await withCheckedContinuation { waiting[domain.text, default: []].append($0) }
            }
            kept = await self.kept(domain.text)
        }
        guard let kept, kept.expires > clock() else { return nil }
        await use(kept, domain.text)
        return kept.policy.mode == .none ? nil : kept.policy
    }

    private func kept(_ domain: String) async -> KeptPolicy? {
        if let kept = known[domain] { return kept }
        let kept = await book.policy(of: domain)
        // A fetch may have been faster.
        if let newer = known[domain] { return newer }
        remember(kept, domain)
        return kept
    }

    private func remember(_ kept: KeptPolicy?, _ domain: String) {
        let size = kept?.policy.size ?? 0
        if let before = known.removeValue(forKey: domain) { knownBytes -= before?.policy.size ?? 0 }
        if known.count >= Self.most || knownBytes + size > mostBytes { (known, knownBytes) = ([:], 0) }
        known.updateValue(kept, forKey: domain)
        knownBytes += size
    }

    private func use(_ kept: KeptPolicy, _ domain: String) async {
        let now = clock()
        guard now - kept.used >= Self.day else { return }
        var kept = kept
        kept.used = now
        remember(kept, domain)
        await book.use(domain, at: now)
    }

    private func mayFetch(_ domain: String, _ id: String) -> Bool {
        if waiting[domain] != nil { return false }
        guard let failure = failures[domain], failure.id == id else { return true }
        return failure.until <= clock()
    }

    /// Fetches a policy; whether that came to something.
    @discardableResult
    private func fetch(_ domain: Name, _ id: String, used: QueueTime) async -> Bool {
        let name = domain.text
        waiting[name] = []
        defer { for waiter in waiting.removeValue(forKey: name) ?? [] { waiter.resume() } }
        do throws(PolicyFault) {
            let text = try await source.text(of: domain)
            let policy: STSPolicy
            do throws(STSPolicyError) { policy = try STSPolicy(text) } catch { throw .invalid("\(error)") }
            let kept = KeptPolicy(id: id, policy: policy, fetched: clock(), used: used)
            remember(kept, name)
            failures[name] = nil
            await book.keep(kept, text, of: name)
            return true
        } catch {
            if failures.count >= Self.most { failures.removeAll() }
            failures[name] = Failure(id: id, until: clock() + Self.rest)
            tally?.note(error, of: name)
            report(name, error)
            return false
        }
    }
}

extension PolicyKeeper {
    /// Fetches policies again long before they end, and drops those that have; until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await refresh()
            try? await Task.sleep(for: .seconds(600))
        }
    }

    func refresh() async {
        let now = clock()
        await book.forget(before: now)
        let since = QueueTime(milliseconds: now.milliseconds - Self.disuse.components.seconds * 1000)
        for name in await book.stale(now: now, usedSince: since, limit: Self.batch) {
            guard !Task.isCancelled, let domain = try? Name(name) else { continue }
            await refresh(domain)
        }
    }

    private func refresh(_ domain: Name) async {
        guard let kept = await kept(domain.text), waiting[domain.text] == nil else { return }
        // Also where DNS says nothing: it may be kept from us so that the policy comes to its end.
        let id = await source.id(of: domain) ?? kept.id
        guard waiting[domain.text] == nil else { return }
        if await !fetch(domain, id, used: kept.used) {
            await book.refresh(domain.text, at: clock() + .seconds(3600))
        }
    }
}

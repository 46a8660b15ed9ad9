public import DNS
public import HTTP
internal import Mail
public import Queue
internal import System
internal import Wire

/// Tells domains that want to hear it, once a day, how TLS with their hosts went: RFC 8460.
public actor TLSReporter {
    /// What has become of one report, for the log.
    public struct Outcome: Sendable {
        public let domain: String
        public let uri: String
        /// nil where it is queued, or was taken.
        public let fault: String?
    }

    /// Counts are written down so often.
    private static let pause = Duration.seconds(10)
    /// RFC 8460 §5.5: for a day, with longer and longer waits.
    private static let waits: [Int64] = [1800, 3600, 7200, 14_400, 28_800, 28_800]
    private static let batch = 100
    private static let patience = Duration.seconds(60)

    private let book: PolicyBook
    private let tally: TLSTally
    private let resolver: Resolver
    private let client: HTTPSClient
    private let queue: Queue
    private let settings: @Sendable () -> (TLSReportSettings, hostname: String)
    private let clock: @Sendable () -> QueueTime
    private let chance: @Sendable () -> Double
    private let report: @Sendable (Outcome) -> Void
    /// The day whose delay was drawn, and how much of it.
    private var drawn: (day: Int, share: Double)?
    private var nextLook: QueueTime?
    private var nextPurge: QueueTime?

    /// - Parameters:
    ///   - book: where counts are written down.
    ///   - tally: where they come from.
    ///   - resolver: knows who wants reports.
    ///   - client: for reports that go by https.
    ///   - queue: takes reports that go by mail.
    ///   - settings: how reports are made, and the server's name; asked each time.
    ///   - clock: the time on the wall.
    ///   - chance: a number from 0 to 1, for when reports go out.
    ///   - report: told of each report, on any thread.
    public init(
        book: PolicyBook,
        tally: TLSTally,
        resolver: Resolver,
        client: HTTPSClient,
        queue: Queue,
        settings: @escaping @Sendable () -> (TLSReportSettings, hostname: String),
        clock: @escaping @Sendable () -> QueueTime,
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        report: @escaping @Sendable (Outcome) -> Void
    ) {
        (self.book, self.tally, self.resolver, self.client, self.queue) = (book, tally, resolver, client, queue)
        (self.settings, self.clock, self.chance, self.report) = (settings, clock, chance, report)
    }

    /// Writes counts down and sends reports, until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await tend()
            try? await Task.sleep(for: Self.pause)
        }
        await writeDown()
    }

    /// What there is to do now.
    func tend() async {
        await writeDown()
        await purge()
        guard settings().0.isOn, isTime else { return }
        let now = clock()
        nextLook = now + .seconds(600)
        let day = Int(now.secondsSinceEpoch / 86_400)
        for due in await book.dueReports(before: day, now: now.secondsSinceEpoch, limit: Self.batch) {
            guard !Task.isCancelled else { return }
            await tell(due)
            await writeDown()
            // There may be more of them.
            nextLook = nil
        }
    }

    /// Whether the day's delay is over, and nobody has looked a moment ago.
    private var isTime: Bool {
        let now = clock()
        if let nextLook, now < nextLook { return false }
        let (day, second) = now.secondsSinceEpoch.quotientAndRemainder(dividingBy: 86_400)
        if drawn?.day != Int(day) { drawn = (Int(day), chance()) }
        return Double(second) >= Double(settings().0.delay.components.seconds) * (drawn?.share ?? 0)
    }

    /// Drops what is older than any report could be that is still tried, also where nobody sends reports any more.
    private func purge() async {
        let now = clock()
        if let nextPurge, now < nextPurge { return }
        nextPurge = now + .seconds(3600)
        await book.dropCounts(before: Int(now.secondsSinceEpoch / 86_400) - 2)
    }

    private func writeDown() async {
        let counts = tally.take()
        guard !counts.isEmpty else { return }
        if await !book.add(counts) { tally.giveBack(counts) }
    }

    private func tell(_ due: PolicyBook.DueReport) async {
        guard let domain = try? Name(due.domain), let name = try? domain.prefixed(by: "_smtp._tls") else {
            return await book.settle(due)
        }
        let answer = await resolver.answer(to: Question(name, .txt))
        guard answer.fault == nil else { return await again(due, due.done) }
        guard let record = ReportRecord(answer.texts) else { return await book.settle(due) }
        let counts = await book.counts(of: due.domain, on: due.day)
        let (settings, hostname) = settings()
        let made = TLSReport(
            of: due.domain,
            on: due.day,
            counts,
            organization: settings.organization ?? hostname,
            contact: settings.contact ?? "",
            id: Randomness.uuid()
        )
        var done = due.done
        for (uri, address) in record.addresses where !done.contains(uri) {
            let fault = await send(made, to: address)
            report(Outcome(domain: due.domain, uri: uri, fault: fault))
            if fault == nil { done.append(uri) }
        }
        if record.addresses.allSatisfy({ done.contains($0.uri) }) {
            await book.settle(due)
        } else {
            await again(due, done)
        }
    }

    private func again(_ due: PolicyBook.DueReport, _ done: [String]) async {
        guard due.tries < Self.waits.count else { return await book.settle(due) }
        await book.postpone(due, to: clock().secondsSinceEpoch + Self.waits[due.tries], done: done)
    }

    /// Why it wasn't taken; nil when it was.
    private func send(_ made: TLSReport, to address: ReportRecord.Address) async -> String? {
        switch address {
        case .https(let address): await post(made, to: address)
        case .mail(let recipient): await mail(made, to: recipient)
        }
    }

    private func mail(_ made: TLSReport, to recipient: Address) async -> String? {
        let (settings, hostname) = settings()
        let text = settings.sender ?? "postmaster@\(hostname)"
        guard let sender = try? Address(parsing: text) else { return "\(text) is no address" }
        let mail = TLSReportMail(
            report: made,
            submitter: hostname,
            sender: sender,
            recipient: recipient,
            now: clock()
        )
        let error = await withCheckedContinuation { continuation in
            queue.seal(mail.draft) { continuation.resume(returning: $0) }
        }
        return error.map { "\($0)" }
    }

    /// RFC 8460 §3: whoever it is that listens there, it may know this.
    ///
    /// A stranger has named the place: without the administrator's word it is none that only this server could reach.
    private func post(_ made: TLSReport, to address: HTTPSAddress) async -> String? {
        let goesAnywhere = settings().0.postsAnywhere
        guard goesAnywhere || address.port == 443 else { return "reports are posted to port 443 only" }
        let target: OutcallTarget
        guard let host = try? Name(address.host) else { return "\(address.host) is no host's name" }
        switch await resolver.addresses(of: host) {
        case .none: return "\(address.host) has no address"
        case .unknown(let reason): return reason
        case .found(let found):
            let places = found.addresses.compactMap(IPAddress.init)
            let open = goesAnywhere ? places : places.filter(PublicNetworks.contains)
            guard !open.isEmpty else { return "\(address.host) has private addresses only" }
            target = .race(OutcallRace(open.map { OutcallAddress($0, port: address.port) }))
        }
        let content = HTTPRequest.Content(type: "application/tlsrpt+json", bytes: made.json)
        do throws(HTTPFault) {
            let response = try await client.perform(
                HTTPRequest(address, posting: content),
                at: target,
                isVerified: false,
                limit: 64 << 10,
                within: Self.patience
            )
            return (200..<300).contains(response.status) ? nil : "it answered with the status \(response.status)"
        } catch { return "\(error)" }
    }
}

internal import Dispatch
internal import Hooks
internal import Mail
internal import Outbound
internal import PluginHost
internal import Queue
internal import SMTP
internal import System

/// The queue and the server's own SMTP client, for plugins: haraka.outbound/1.
final class PluginOutbound: OutboundService {
    /// What there is once the queue is open.
    struct Means: Sendable {
        let queue: Queue
        let folder: String
        let circuit: Circuit
        let finder: RouteFinder
        let host: PluginHost
        let log: LogSink
        let current: CurrentConfiguration
        let mailReturn: MailReturn

        var hostname: String { current.value.settings.hostname }
    }

    private static let readers = DispatchQueue(label: "haraka.queue.view", attributes: .concurrent)

    private let means = Locked<Means?>(nil)
    /// What plugins have asked for and not been answered.
    private let errands = ErrandList()

    /// From now on there is a queue.
    func serve(by means: Means) { self.means.withLock { $0 = means } }

    /// Takes no more, and lets what is under way end until then; what hasn't is told to stop.
    ///
    /// - Returns: how much was cut off.
    func end(by deadline: DispatchTime) -> Int {
        means.withLock { $0 = nil }
        return errands.end(by: deadline)
    }

    private func ready() throws(ServiceFault) -> Means {
        guard let means = means.withLock({ $0 }) else { throw .notReady }
        return means
    }

    // MARK: Submitting

    func submit(
        _ mail: SubmittedMail,
        _ done: @escaping @Sendable (Result<UInt64, ServiceFault>) -> Void
    ) throws(ServiceFault) {
        let means = try ready()
        try errands.begin { await Self.submit(mail, means, done) }
    }

    private static func submit(
        _ mail: SubmittedMail,
        _ means: Means,
        _ done: @escaping @Sendable (Result<UInt64, ServiceFault>) -> Void
    ) async {
        let name = Randomness.uuid()
        let run = HookRun(means.host.table, id: name, mail.envelope)
        run.session.beginMessage(leading: Self.leading(mail, name, means.hostname))
        guard case .more? = run.session.message?.append(mail.text.span) else { return done(.failure(.failed)) }
        run.session.message?.complete()
        let outcome = await run.ask(.preSendTransEmail)
        if case .refuse = Hook.preSendTransEmail.effect(of: outcome.code) {
            let reason = outcome.reply?.text ?? outcome.code.name
            means.log.error(
                "a plugin's mail is refused",
                id: name,
                plugin: mail.plugin,
                [("by", .text(run.plugin(outcome))), ("reason", .text(reason))]
            )
            return done(.failure(.failed))
        }
        guard let draft = Self.draft(run, name, by: mail.plugin) else { return done(.failure(.failed)) }
        do throws(QueueError) { done(.success(UInt64(try await means.queue.seal(draft)))) } catch {
            let facts: [(String, LogValue)] = [("reason", .text("\(error)"))]
            means.log.error("a plugin's mail can't be queued", id: name, plugin: mail.plugin, facts)
            done(.failure(.failed))
        }
    }

    private static func draft(_ run: HookRun, _ name: String, by plugin: String) -> Draft? {
        guard var envelope = run.session.envelope, let message = run.session.message else { return nil }
        envelope.recipients.removeAll(where: \.isDropped)
        if envelope.recipients.isEmpty { return nil }
        return Draft(
            name: name,
            envelope: envelope,
            text: message.text,
            arrived: .now,
            client: "plugin \(plugin)",
            notes: NotesText.encode(run.session.transactionNotes)
        )
    }

    /// What the server puts before a plugin's mail: its trace, and what RFC 5322 §3.6 asks for where it is missing.
    private static func leading(_ mail: SubmittedMail, _ name: String, _ hostname: String) -> [UInt8] {
        let header = HeaderBlock(mail.text)
        let date = MailDate(secondsSinceEpoch: SystemTime.wallSeconds).text
        var lines = "Received: by \(hostname) (plugin \(mail.plugin)) id \(name);\r\n\t\(date)\r\n"
        if header.value(of: "Date") == nil { lines += "Date: \(date)\r\n" }
        if header.value(of: "Message-ID") == nil { lines += "Message-ID: <\(name)@\(hostname)>\r\n" }
        return Array(lines.utf8)
    }

    // MARK: Delivering

    func deliver(
        _ errand: Errand,
        _ done: @escaping @Sendable ([RecipientOutcome]) -> Void
    ) throws(ServiceFault) -> any ErrandUnderWay {
        let means = try ready()
        let waypoints = try errand.hops.map { hop throws(ServiceFault) in
            guard let waypoint = Waypoint(hop) else { throw .invalid }
            return waypoint
        }
        let task = try errands.begin {
            let attempts: [Attempt]
            do throws(Unreachable) {
                let hops = try await means.finder.hops(by: waypoints, for: "")
                attempts = await means.circuit.deliver(errand.envelope, BufferedText(errand.message), by: hops)
            } catch { return done(errand.outcomes(error)) }
            done(errand.outcomes(attempts))
        }
        return Delivering(task: task)
    }

    private struct Delivering: ErrandUnderWay {
        let task: Task<Void, Never>

        func cancel() { task.cancel() }
    }

    // MARK: Entries

    func act(
        _ action: QueueAction,
        on entry: UInt64,
        by plugin: String,
        _ done: @escaping @Sendable (ServiceFault?) -> Void
    ) throws(ServiceFault) {
        let means = try ready()
        try errands.begin {
            let filter = QueueFilter(message: "\(entry)")
            do throws(QueueError) {
                let change =
                    switch action {
                    case .retry: try await means.queue.retry(filter, now: .now)
                    case .hold: try await means.queue.hold(filter)
                    case .release: try await means.queue.release(filter, now: .now)
                    case .bounce:
                        try await means.mailReturn.giveUp(filter, because: "given up by the plugin \(plugin)")
                    case .delete:
                        try await means.queue.delete(filter, until: .now + means.current.value.outbound.deletedKeep)
                    }
                done(change.changed == 0 ? .notFound : nil)
            } catch {
                means.log.error("a plugin's wish can't be carried out", [("reason", .text("\(error)"))])
                done(.failed)
            }
        }
    }

    func describe(
        _ entry: UInt64,
        _ done: @escaping @Sendable (Result<String, ServiceFault>) -> Void
    ) throws(ServiceFault) {
        let means = try ready()
        Self.readers.async {
            do throws(QueueViewError) {
                let found = try QueueView(in: means.folder).entry("\(entry)")
                done(found.map { .success(QueueObjects.entry($0).line) } ?? .failure(.notFound))
            } catch {
                means.log.error("the queue can't be read", [("reason", .text("\(error)"))])
                done(.failure(.failed))
            }
        }
    }
}

extension Errand {
    /// No host could be asked, for one reason.
    fileprivate func outcomes(_ why: Unreachable) -> [RecipientOutcome] {
        indexes.indices.map { place in
            RecipientOutcome(
                why.isPermanent ? .failed : .deferred,
                address: envelope.recipients[place].address.text,
                index: indexes[place],
                enhanced: "\(why.status)",
                text: why.reason
            )
        }
    }

    fileprivate func outcomes(_ attempts: [Attempt]) -> [RecipientOutcome] {
        zip(indexes, attempts).enumerated().map { place, pair in
            let (index, attempt) = pair
            let (what, reply): (RecipientOutcome.What, Reply?) =
                switch attempt.outcome {
                case .delivered(let reply): (.delivered, reply)
                case .deferred(let setback): (.deferred, setback.reply)
                case .failed(let setback): (.failed, setback.reply)
                }
            return RecipientOutcome(
                what,
                address: envelope.recipients[place].address.text,
                index: index,
                code: reply.map { Int($0.code) } ?? 0,
                enhanced: (reply?.enhanced ?? attempt.status).map { "\($0)" },
                host: attempt.host,
                text: reply?.text ?? attempt.reason
            )
        }
    }
}

internal import Mail
internal import Outbound
internal import Queue
internal import SMTP
internal import System

/// Writes to senders what has become of their mail.
struct ReportWriter: Sendable {
    /// What comes back as its header only has that within so many bytes.
    private static let looksAt = 64 << 10
    private static let kinds: [DeliveryReport.Kind] = [.failure, .delay, .success, .relayed]

    let facts: @Sendable () -> ReportFacts

    /// The reports that are due with these fates, one for each kind, each of them a message to be queued.
    func reports(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [WrittenReport] {
        let facts = facts()
        let told = deliveries.indices.map { kind(deliveries[$0], lease.entries[$0], lease, now, facts) }
        // Most deliveries are nobody's news, and their text needn't be read.
        guard told.contains(where: { $0 != nil }) else { return [] }
        let returned = returned(await read(lease.text, facts), of: lease)
        guard !ReportRules.isReport(returned.header) else { return [] }
        return Self.kinds.compactMap { kind in
            let places = told.indices.filter { told[$0] == kind }
            guard !places.isEmpty else { return nil }
            var draft = draft(kind, lease, places.map { deliveries[$0] }, returned, at: now, facts)
            if kind == .delay { draft.warned = places.map { lease.entries[$0].id } }
            return WrittenReport(kind: kind, draft: draft)
        }
    }

    /// What the sender is to hear of one recipient.
    private func kind(
        _ delivery: Delivery,
        _ entry: Lease.Entry,
        _ lease: Lease,
        _ now: QueueTime,
        _ facts: ReportFacts
    ) -> DeliveryReport.Kind? {
        guard let outcome = outcome(delivery, entry, age: now - lease.arrived, facts) else { return nil }
        return ReportRules.report(
            on: outcome,
            notice: delivery.recipient.options?.notice,
            sender: lease.envelope.sender,
            isReport: false
        )
    }

    private func outcome(
        _ delivery: Delivery,
        _ entry: Lease.Entry,
        age: Duration,
        _ facts: ReportFacts
    ) -> ReportRules.Outcome? {
        switch delivery.fate {
        case .failed: return delivery.isSilent ? nil : .failed
        case .deferred:
            // RFC 2852 §4.1: its sender has asked for a word at this very time.
            if delivery.isLate { return .delayed }
            guard let notice = facts.delayNotice, age >= notice, !entry.isWarned else { return nil }
            return .delayed
        case .delivered:
            switch delivery.handover {
            case .final: return .delivered
            case .reporting: return .handedOn
            case .silent, nil: return .relayed
            }
        }
    }

    private func draft(
        _ kind: DeliveryReport.Kind,
        _ lease: Lease,
        _ deliveries: [Delivery],
        _ returned: ReturnedMessage,
        at now: QueueTime,
        _ facts: ReportFacts
    ) -> Draft {
        let name = Randomness.uuid()
        let report = DeliveryReport(
            kind,
            reportingHost: facts.hostname,
            original: lease.envelope,
            arrival: MailDate(lease.arrived),
            recipients: deliveries.map { DeliveryReport.Recipient(kind, $0, lease, at: now, facts.runner) }
        )
        let terms = ReportTerms(
            date: MailDate(now),
            messageID: "\(name)@\(facts.hostname)",
            processID: facts.processID,
            returnedBytes: facts.returnedBytes
        )
        // Haraka's templates are about mail that comes back.
        let mail = report.mail(returning: returned, template: kind == .failure ? facts.template : nil, terms: terms)
        return Draft(
            name: name,
            envelope: mail.envelope,
            text: .bytes(mail.message),
            arrived: now,
            client: "report about \(lease.name)"
        )
    }

    private func returned(_ bytes: [UInt8], of lease: Lease) -> ReturnedMessage {
        let whole = ReturnedMessage(bytes, isBinary: lease.envelope.isBinary)
        guard bytes.count < lease.text.count else { return whole }
        return ReturnedMessage(header: whole.header, isBinary: lease.envelope.isBinary)
    }

    private func read(_ text: QueuedText, _ facts: ReportFacts) async -> [UInt8] {
        let most = max(Self.looksAt, facts.returnedBytes)
        return await withCheckedContinuation { continuation in
            text.read(0..<min(text.count, most)) { continuation.resume(returning: $0 ?? []) }
        }
    }
}

extension MailDate {
    fileprivate init(_ time: QueueTime) { self.init(secondsSinceEpoch: time.secondsSinceEpoch) }
}

extension DeliveryReport.Recipient {
    /// What a report says of one recipient.
    fileprivate init(
        _ kind: DeliveryReport.Kind,
        _ delivery: Delivery,
        _ lease: Lease,
        at now: QueueTime,
        _ settings: RunnerSettings
    ) {
        let trials = delivery.allTrials
        // The last that has said anything is the one whose words programs can make something of.
        let spoke = trials.last { $0.reply != nil }
        let date = MailDate(now)
        var attempts: [DeliveryReport.Attempt] = []
        if kind == .failure || kind == .delay {
            attempts = trials.map { .init(host: $0.host, date: date, diagnostic: DeliveryReport.Diagnostic($0)) }
        }
        self.init(
            delivery.recipient.address,
            original: delivery.recipient.options?.originalRecipient,
            action: kind.action,
            status: DeliveryReport.Status(kind.statusClass, delivery.status ?? delivery.reply?.enhanced),
            remoteHost: spoke?.host,
            diagnostic: spoke.map { DeliveryReport.Diagnostic($0) } ?? .local(delivery.reason),
            lastAttempt: date,
            attempts: attempts
        )
        guard case .deferred(let until) = delivery.fate else { return }
        retryUntil = MailDate(
            RetryOutlook(after: delivery.attempts, due: until, arrived: lease.arrived, settings).end
        )
    }
}

extension Delivery {
    /// What came of each host, of the only one too.
    fileprivate var allTrials: [Trial] {
        trials.isEmpty ? host.map { [Trial(host: $0, reply: reply, reason: reason)] } ?? [] : trials
    }
}

extension DeliveryReport.Diagnostic {
    fileprivate init(_ trial: Trial) {
        guard let reply = trial.reply else {
            self = .local(trial.reason)
            return
        }
        let status = reply.enhanced.map { DeliveryReport.Status($0.status, UInt16($0.subject), UInt16($0.detail)) }
        self = .smtp(code: reply.code, status: status, text: reply.text)
    }
}

extension DeliveryReport.Status {
    /// The class is that of the fate; a host may have said another one.
    fileprivate init(_ group: UInt8, _ code: EnhancedCode?) {
        self.init(group, UInt16(code?.subject ?? 0), UInt16(code?.detail ?? 0))
    }
}

extension DeliveryReport.Kind {
    /// RFC 3464 §2.3.3.
    fileprivate var action: DeliveryReport.Recipient.Action {
        switch self {
        case .failure: .failed
        case .delay: .delayed
        case .success: .delivered
        case .relayed: .relayed
        case .expanded: .expanded
        }
    }

    /// RFC 3463 §2.
    fileprivate var statusClass: UInt8 {
        switch self {
        case .failure: 5
        case .delay: 4
        case .success, .relayed, .expanded: 2
        }
    }
}

internal import Mail
internal import Outbound
internal import Queue
internal import SMTP
internal import System

/// Writes to senders what has become of their mail.
struct ReportWriter: Sendable {
    /// Longer messages come back as their header, which is looked for in so many bytes.
    private static let looksAt = 64 << 10

    let hostname: @Sendable () -> String

    /// The reports that are due with these fates, each of them a message to be queued.
    func reports(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Draft] {
        let failed = deliveries.filter { $0.fate == .failed && !$0.isSilent }
        guard !failed.isEmpty, !lease.envelope.sender.isNull else { return [] }
        let bytes = await read(lease.text)
        let returned = returned(bytes, of: lease)
        let isReport = ReportRules.isReport(returned.header)
        let told = failed.filter { delivery in
            ReportRules.report(
                on: .failed,
                notice: delivery.recipient.options?.notice,
                sender: lease.envelope.sender,
                isReport: isReport
            ) == .failure
        }
        return told.isEmpty ? [] : [draft(lease, told, returned, at: now)]
    }

    private func draft(
        _ lease: Lease,
        _ deliveries: [Delivery],
        _ returned: ReturnedMessage,
        at now: QueueTime
    ) -> Draft {
        let date = Self.date(now)
        let name = Randomness.uuid()
        let report = DeliveryReport(
            .failure,
            reportingHost: hostname(),
            original: lease.envelope,
            arrival: Self.date(lease.arrived),
            recipients: deliveries.map { Self.recipient($0, date) }
        )
        let mail = report.mail(returning: returned, terms: ReportTerms(date: date, messageID: "\(name)@\(hostname())"))
        return Draft(
            name: name,
            envelope: mail.envelope,
            text: .bytes(mail.message),
            arrived: now,
            client: "report about \(lease.name)"
        )
    }

    private static func recipient(_ delivery: Delivery, _ date: MailDate) -> DeliveryReport.Recipient {
        let diagnostic = diagnostic(delivery)
        let status = delivery.status.map { DeliveryReport.Status(5, UInt16($0.subject), UInt16($0.detail)) }
        return DeliveryReport.Recipient(
            delivery.recipient.address,
            original: delivery.recipient.options?.originalRecipient,
            action: .failed,
            status: status ?? DeliveryReport.Status(5, 0, 0),
            remoteHost: delivery.reply == nil ? nil : delivery.host,
            diagnostic: diagnostic,
            lastAttempt: date,
            attempts: delivery.host.map { [.init(host: $0, date: date, diagnostic: diagnostic)] } ?? []
        )
    }

    private static func diagnostic(_ delivery: Delivery) -> DeliveryReport.Diagnostic {
        guard let reply = delivery.reply else { return .local(delivery.reason) }
        let status = reply.enhanced.map { DeliveryReport.Status($0.status, UInt16($0.subject), UInt16($0.detail)) }
        return .smtp(code: reply.code, status: status, text: reply.text)
    }

    private static func date(_ time: QueueTime) -> MailDate { MailDate(secondsSinceEpoch: time.secondsSinceEpoch) }

    private func returned(_ bytes: [UInt8], of lease: Lease) -> ReturnedMessage {
        let whole = ReturnedMessage(bytes, isBinary: lease.envelope.isBinary)
        guard bytes.count < lease.text.count else { return whole }
        return ReturnedMessage(header: whole.header, isBinary: lease.envelope.isBinary)
    }

    private func read(_ text: QueuedText) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            text.read(0..<min(text.count, Self.looksAt)) { continuation.resume(returning: $0 ?? []) }
        }
    }
}

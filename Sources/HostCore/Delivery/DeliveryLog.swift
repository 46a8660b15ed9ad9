internal import Mail
internal import Outbound
internal import Queue
internal import SMTP
internal import System

/// Writes down what becomes of queued mail.
struct DeliveryLog: RunnerObserver {
    let log: LogSink
    let writer: ReportWriter
    /// Nil: nobody is asked.
    let hooks: OutboundHooks?

    init(log: LogSink, writer: ReportWriter, hooks: OutboundHooks? = nil) {
        self.log = log
        self.writer = writer
        self.hooks = hooks
    }

    /// Reports are written by the configuration that is in force then.
    init(log: LogSink, _ current: CurrentConfiguration, hooks: OutboundHooks) {
        self.init(log: log, writer: ReportWriter { current.value.reportFacts }, hooks: hooks)
    }

    func settled(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async {
        await hooks?.settled(lease, deliveries, at: now)
    }

    func concluded(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Delivery] {
        await hooks?.concluded(lease, deliveries, at: now) ?? deliveries
    }

    func tried(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) {
        for delivery in deliveries {
            let tls = delivery.tls
            var facts: [(String, LogValue)] = [
                ("to", .text(delivery.recipient.address.text)), ("from", .text(lease.envelope.sender.text)),
                ("host", .text(delivery.host ?? "")), ("tls", .text(tls?.version ?? "")),
                ("verified", .text(tls?.proof.rawValue ?? "")), ("attempts", LogValue(delivery.attempts)),
                ("age", .text("\((now - lease.arrived).components.seconds)")), ("reason", .text(delivery.reason)),
            ]
            switch delivery.fate {
            case .delivered: log.info("delivered", id: lease.name, facts)
            case .deferred(let until):
                facts.append(("wait", .text("\((until - now).components.seconds)")))
                log.notice("deferred", id: lease.name, facts)
            case .failed: log.notice("bounced", id: lease.name, facts)
            }
        }
    }

    func reports(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Draft] {
        let reports = await writer.reports(lease, deliveries, at: now)
        for report in reports {
            log.info(
                "report",
                id: lease.name,
                [
                    ("uuid", .text(report.draft.name)), ("to", .text(lease.envelope.sender.text)),
                    ("kind", .text(report.kind.rawValue)),
                ]
            )
        }
        return reports.map(\.draft)
    }

    func couldNotSettle(_ lease: Lease, _ error: QueueError) {
        log.error("what became of a message can't be written down yet", id: lease.name, [("reason", .text("\(error)"))])
    }

    func isHeld(_ lease: Lease, _ error: QueueError) {
        log.error(
            "what became of a message can't be written down, and it is held",
            id: lease.name,
            [("reason", .text("\(error)"))]
        )
    }

    func slowed(_ destination: String, to concurrency: Int, because reason: String) {
        log.notice(
            "slowed",
            [
                ("destination", .text(destination)), ("concurrency", LogValue(concurrency)), ("reason", .text(reason)),
            ]
        )
    }

    func isBackAtFull(_ destination: String) {
        log.notice("back at full speed", [("destination", .text(destination))])
    }

    func couldNotLook(_ error: QueueError) { log.error("the queue can't be read", [("reason", .text("\(error)"))]) }
}

extension Configuration {
    /// What reports to senders depend on.
    var reportFacts: ReportFacts {
        ReportFacts(
            hostname: settings.hostname,
            delayNotice: outbound.delayNotice,
            runner: outbound.runner,
            template: reportTemplate,
            returnedBytes: outbound.returnedBytes,
            processID: ThisProcess.id
        )
    }
}

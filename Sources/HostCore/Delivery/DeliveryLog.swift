internal import Mail
internal import Outbound
internal import Queue
internal import SMTP
internal import System

/// Writes down what becomes of queued mail.
struct DeliveryLog: RunnerObserver {
    let log: LogSink
    let writer: ReportWriter
    let hooks: OutboundHooks

    func concluded(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Delivery] {
        await hooks.concluded(lease, deliveries, at: now)
    }

    func tried(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) {
        for delivery in deliveries {
            var facts: [(String, LogValue)] = [
                ("to", .text(delivery.recipient.address.text)), ("from", .text(lease.envelope.sender.text)),
                ("host", .text(delivery.host ?? "")), ("attempts", LogValue(delivery.attempts)),
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
        let drafts = await writer.reports(lease, deliveries, at: now)
        for draft in drafts {
            log.info(
                "report",
                id: lease.name,
                [("uuid", .text(draft.name)), ("to", .text(lease.envelope.sender.text))]
            )
        }
        return drafts
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

@testable import PluginHost

/// A queue that keeps what it is asked for, and answers when the test says so.
final class FakeOutbound: OutboundService, DNSService {
    struct Asked: Sendable {
        var mails: [SubmittedMail] = []
        var errands: [Errand] = []
        var actions: [(QueueAction, UInt64)] = []
        var names: [(name: String, type: UInt16, timeout: Duration)] = []
        var cancelled = 0
        var submitted: [Answer<Result<UInt64, ServiceFault>>] = []
        var delivered: [Answer<[RecipientOutcome]>] = []
        var acted: [Answer<ServiceFault?>] = []
        var described: [Answer<Result<String, ServiceFault>>] = []
        var resolved: [Answer<DNSReply>] = []
        /// What is thrown instead.
        var fault: ServiceFault?
    }

    /// In a struct of its own, since closures in a lock are wrapped again with each access.
    struct Answer<Value: Sendable>: Sendable {
        let give: @Sendable (Value) -> Void
    }

    private struct Cancel: ErrandUnderWay {
        let outbound: FakeOutbound

        func cancel() { outbound.asked.withLock { $0.cancelled += 1 } }
    }

    let asked = Guarded(Asked())

    /// The first errand, as soon as it is there.
    func errand() -> Errand? {
        asked.wait(until: Instant.now.advanced(by: 10_000_000_000)) { $0.errands.first }
    }

    private func note(_ change: (inout Asked) -> Void) throws(ServiceFault) {
        let fault = asked.withLock { asked -> ServiceFault? in
            if asked.fault == nil { change(&asked) }
            return asked.fault
        }
        asked.announceToAll()
        if let fault { throw fault }
    }

    func submit(
        _ mail: SubmittedMail,
        _ done: @escaping @Sendable (Result<UInt64, ServiceFault>) -> Void
    ) throws(ServiceFault) {
        try note { asked in
            asked.mails.append(mail)
            asked.submitted.append(Answer(give: done))
        }
    }

    func deliver(
        _ errand: Errand,
        _ done: @escaping @Sendable ([RecipientOutcome]) -> Void
    ) throws(ServiceFault) -> any ErrandUnderWay {
        try note { asked in
            asked.errands.append(errand)
            asked.delivered.append(Answer(give: done))
        }
        return Cancel(outbound: self)
    }

    func act(
        _ action: QueueAction,
        on entry: UInt64,
        by plugin: String,
        _ done: @escaping @Sendable (ServiceFault?) -> Void
    ) throws(ServiceFault) {
        try note { asked in
            asked.actions.append((action, entry))
            asked.acted.append(Answer(give: done))
        }
    }

    func describe(
        _ entry: UInt64,
        _ done: @escaping @Sendable (Result<String, ServiceFault>) -> Void
    ) throws(ServiceFault) {
        try note { $0.described.append(Answer(give: done)) }
    }

    func ask(
        _ name: String,
        type: UInt16,
        timeout: Duration,
        _ done: @escaping @Sendable (DNSReply) -> Void
    ) throws(ServiceFault) {
        try note { asked in
            asked.names.append((name, type, timeout))
            asked.resolved.append(Answer(give: done))
        }
    }
}

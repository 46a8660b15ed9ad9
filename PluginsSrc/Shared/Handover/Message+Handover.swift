package import Backend
package import PluginKit

extension Call where Kind == HookKind.Message {
    /// Gives the message to a route's first host that can be spoken to, now; an outcome for each of these recipients.
    ///
    /// What a pool's servers are found to be is written down in `pool`.
    package func hand(
        to route: Route,
        _ recipients: [EnvelopeRecipient],
        settle pool: HostPool? = nil
    ) async -> [Outcome] {
        let outcomes: [Outcome]
        do throws(HostError) {
            outcomes = try await deliver(to: route.hops, for: recipients.map(\.index)).map { Outcome($0) }
        } catch {
            log(.error, "not given to the next server: \(error)")
            return recipients.map { Outcome(.deferred, index: $0.index, address: $0.address, text: "\(error)") }
        }
        if let pool { route.settle(outcomes.first?.host, in: pool) }
        // One that is missing has not been delivered for all we know.
        let told = Set(outcomes.map(\.index))
        return outcomes
            + recipients.filter { !told.contains($0.index) }.map {
                Outcome(.deferred, index: $0.index, address: $0.address, text: "no outcome")
            }
    }

    /// The answer for all outcomes; who did not get it goes to the server's queue where some did.
    ///
    /// The plugin hears of those in `get_mx`, where ``isLeftover`` is true.
    /// `keepsReasons`: for ``giveUpLeftovers()``.
    package func conclude(_ outcomes: [Outcome], keepsReasons: Bool = false) -> Verdict {
        for outcome in outcomes {
            let reply = "\(outcome.code) \(outcome.enhanced ?? "") \(outcome.text)"
            log(outcome.kind == .delivered ? .info : .notice, "\(outcome.address): \(outcome.kind), \(reply)")
        }
        switch Conclusion(outcomes) {
        case .taken(let text): return text.isEmpty ? .ok : .ok(text)
        case .refused(let verdict): return verdict
        case .queueOthers(let delivered, let text):
            do throws(HostError) {
                try leave(outcomes, without: Set(delivered), keepsReasons)
            } catch {
                // Now only the client can look after the others, though it sends it to all of them.
                log(.error, "\(delivered.count) recipients have it, but the others can't be queued: \(error)")
                return .nextServerFails
            }
            log(.notice, "\(delivered.count) recipients have it, \(outcomes.count - delivered.count) are queued")
            return text.isEmpty ? .ok : .ok(text)
        }
    }

    private func leave(
        _ outcomes: [Outcome],
        without delivered: Set<Int>,
        _ keepsReasons: Bool
    ) throws(HostError) {
        try Leftover.write(domainsOf: recipients.filter { !delivered.contains($0.index) }, to: transactionNotes)
        if keepsReasons {
            Leftover.write(reasons: outcomes.filter { !delivered.contains($0.index) }, to: transactionNotes)
        }
        for index in delivered { try dropRecipient(index) }
        try enqueue()
    }
}

extension Outcome {
    fileprivate init(_ given: DeliveryOutcome) {
        let kind: Kind =
            switch given.what {
            case .delivered: .delivered
            case .deferred: .deferred
            case .failed: .failed
            }
        self.init(
            kind,
            index: given.index,
            address: given.address,
            code: given.code,
            enhanced: given.enhanced,
            text: given.text,
            host: given.host
        )
    }
}

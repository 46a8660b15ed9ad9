internal import System
internal import TLS

/// What the connections of one listening socket have in common.
final class Entrance: Sendable {
    let options: ListenerOptions
    let tally: Tally
    private let reception: Locked<Reception>
    private let report: @Sendable (Incident) -> Void

    init(
        _ options: ListenerOptions,
        _ reception: Locked<Reception>,
        _ tally: Tally,
        _ report: @escaping @Sendable (Incident) -> Void
    ) {
        self.options = options
        self.reception = reception
        self.tally = tally
        self.report = report
    }

    /// How the next connection is to be received.
    var present: Reception { reception.withLock { $0 } }

    func tell(_ fault: WireFault, of connection: Connection) {
        report(
            Incident(
                remote: connection.remote,
                local: connection.local,
                proxiedBy: connection.proxiedBy,
                listener: options,
                fault: fault
            )
        )
    }
}

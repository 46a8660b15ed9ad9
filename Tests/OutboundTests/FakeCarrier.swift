import Outbound
import Queue
import SMTP

/// A carrier that does as the test says.
struct FakeCarrier: Carrier {
    let deed: @Sendable (String, any LeaseDesk) async -> Void

    func carry(to destination: String, _ desk: any LeaseDesk) async { await deed(destination, desk) }
}

extension LeaseDesk {
    /// The next host has taken the message.
    func deliver(_ lease: Lease) async {
        let attempt = Attempt(.delivered(Reply(250, "taken")), host: "mx.example")
        await settle(lease, lease.entries.map { _ in attempt })
    }

    func `defer`(_ lease: Lease, _ setback: ClientSession.Setback) async {
        await settle(lease, lease.entries.map { _ in Attempt(.deferred(setback), host: "mx.example") })
    }
}

import Mail
import System

@testable import Outbound
@testable import Queue

/// Hands messages out to a carrier, and keeps what it says.
actor FakeDesk: LeaseDesk {
    private var waiting: [Lease]
    private(set) var settled: [[Attempt]] = []
    private(set) var reasons: [Unreachable] = []
    private(set) var failed: [Unreachable] = []
    private(set) var rests: [String] = []
    private(set) var postponed: [Duration] = []

    init(_ leases: [Lease]) { waiting = leases }

    /// Where the carrier asked for a place, and whether there is one.
    private(set) var places: [String] = []
    var hasRoom = true

    func enter(_ host: String) async -> Bool {
        places.append(host)
        return hasRoom
    }

    func close() { hasRoom = false }
    func next() async -> Lease? { waiting.isEmpty ? nil : waiting.removeFirst() }
    func settle(_ lease: Lease, _ attempts: [Attempt]) async { settled.append(attempts) }
    func fail(_ lease: Lease, _ why: Unreachable) async { failed.append(why) }
    func postpone(_ lease: Lease, for time: Duration, _ reason: String) async { postponed.append(time) }
    func rest(because reason: String) async { rests.append(reason) }
    func giveUp(_ why: Unreachable) async { reasons.append(why) }

    var left: Int { waiting.count }

    /// A message for so many recipients, as a queue has it.
    static func lease(to count: Int = 1, text: QueuedText = FakeDesk.text, notes: String? = nil) throws -> Lease {
        Lease(
            message: 1,
            name: "M.1",
            destination: "b.example",
            envelope: try Street.envelope(to: count),
            entries: (0..<count).map { Lease.Entry(id: Int64($0), attempts: 0) },
            arrived: WallClock.start,
            text: text,
            notes: notes
        )
    }

    static let text = QueuedText(place: .memory(CourierTests.message.bytes), count: CourierTests.message.bytes.count)
}

/// Hosts that are known beforehand.
struct FixedFinder: HostFinder {
    let hops: [Hop]

    func hops(for destination: String) async throws(Unreachable) -> [Hop] { hops }
    func hops(by route: Route, for destination: String) async throws(Unreachable) -> [Hop] { hops }
}

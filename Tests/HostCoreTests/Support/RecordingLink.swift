import Synchronization
import TLS
import Wire

/// A link that records what a driver does to it.
final class RecordingLink: Link {
    enum Event: Equatable {
        case flush, pause, resume, arm, disarm, armLimit, disarmLimit, startTLS, close, awaitDriver, driverIsDone
    }

    private let bell = Bell()
    private(set) var events: [Event] = []
    private(set) var isPaused = false
    private(set) var isClosed = false
    private(set) var awaitsDriver = false
    /// What has left; each flush is one write.
    private(set) var writes: [[UInt8]] = []
    private var output: [UInt8] = []

    var mailbox: any Mailbox { bell }
    let remote: PeerAddress
    let local = PeerAddress.ip("192.0.2.1", port: 25)
    let loopIndex = 0
    var proxiedBy: PeerAddress?
    var listener = ListenerOptions()
    var bytesReceived: UInt64 = 0
    var tls: TLSFacts?
    var tlsExporter: [UInt8]?
    var tlsServerEndPoint: [UInt8]?
    var droppedPlaintext = 0

    init(remote: PeerAddress = .ip("192.0.2.7", port: 4321)) { self.remote = remote }

    func write(_ bytes: Span<UInt8>) {
        for index in bytes.indices { output.append(bytes[index]) }
    }

    func write(_ bytes: [UInt8]) {
        // As Wire's connection does: nothing that is written after close() leaves.
        if !isClosed { output += bytes }
    }

    func flush() {
        record(.flush)
        guard !output.isEmpty else { return }
        writes.append(output)
        output = []
    }

    func pauseReading() {
        isPaused = true
        record(.pause)
    }

    func resumeReading() {
        isPaused = false
        record(.resume)
    }

    func arm(deadline: Duration) { record(.arm) }
    func disarm() { record(.disarm) }
    func armLimit(deadline: Duration) { record(.armLimit) }
    func disarmLimit() { record(.disarmLimit) }
    func startTLS() { record(.startTLS) }

    func close() {
        flush()
        isClosed = true
        record(.close)
    }

    func closeGently() { close() }

    func awaitDriver() {
        awaitsDriver = true
        record(.awaitDriver)
    }

    func driverIsDone() {
        awaitsDriver = false
        record(.driverIsDone)
    }

    private func record(_ event: Event) { events.append(event) }

    /// Everything that has left, as text; taken.
    func takeText() -> String {
        defer { writes = [] }
        return String(decoding: writes.joined(), as: UTF8.self)
    }

    func forgetEvents() { events = [] }

    /// The next wake-up's token; nil when none came in ten seconds.
    func nextWake() -> UInt64? { bell.wait() }
}

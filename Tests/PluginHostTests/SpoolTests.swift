import Glibc
import System
import Testing

@testable import PluginHost

/// Big messages in files without a name.
@Suite(.serialized) struct SpoolTests {
    /// What the spool told of.
    private final class Ear: Sendable {
        let faults = Guarded<[SystemError]>([])
        let wakes = Guarded(0)

        func hear(_ fault: SystemError) { faults.withLock { $0.append(fault) } }
        func wake() {
            wakes.withLock { $0 += 1 }
            wakes.announceToAll()
        }
        /// Whether it was woken within half a minute.
        func awaitWake(_ number: Int) -> Bool {
            wakes.wait(until: .now.advanced(by: 30_000_000_000)) { $0 >= number ? true : nil } ?? false
        }
    }

    private let folder: String
    private let ear = Ear()

    init() throws {
        folder = try #require(unsafe String(validatingCString: mkdtemp(strdup("/tmp/spool-tests-XXXXXX"))))
    }

    private func spool(after: Int = 100_000, pressure: Int = .max) throws -> Spool {
        try Spool(folder: folder, after: after, pressure: pressure) { [ear] in ear.hear($0) }
    }

    private func message(_ spool: Spool?, largest: Int = 8 << 20) -> MessageBuffer {
        MessageBuffer(
            leading: Array("Received: us\r\n".utf8),
            spool: spool,
            largest: largest,
            wake: { [ear] in
                if $0 == 7 { ear.wake() }
            },
            room: 7
        )
    }

    /// A message of so many bytes that differ all along.
    private static func text(_ count: Int) -> [UInt8] {
        let head = Array("Subject: big\r\nX: y\r\n\r\n".utf8)
        return head + (0..<count - head.count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    }

    /// Gives it in runs, waiting where it has to.
    private func fill(_ message: MessageBuffer, _ text: [UInt8], runs: Int) -> Bool {
        var at = 0
        var waits = 0
        while at < text.count {
            let end = min(at + runs, text.count)
            switch message.append(text.span.extracting(at..<end)) {
            case .more: break
            case .later:
                waits += 1
                guard ear.awaitWake(waits) else { return false }
            case .never: return false
            }
            at = end
        }
        return true
    }

    private func bytes(_ message: MessageBuffer) -> [UInt8] {
        unsafe message.withSegments { segments in
            var all: [UInt8] = []
            for index in unsafe segments.indices { unsafe all.append(contentsOf: segments[index]) }
            return all
        }
    }

    @Test(arguments: [1, 8 << 10, 100_000, 130_000, 200_000, 1_000_003, 5 << 20], [1_000_000, 4096, 65_537])
    func `Each byte is where it was, in memory or in a file`(size: Int, runs: Int) throws {
        let message = message(try spool())
        let text = Self.text(max(size, 30))
        #expect(fill(message, text, runs: runs))
        #expect(isSpooled(message) == (size > 100_000))
        message.complete()
        #expect(bytes(message) == Array("Received: us\r\n".utf8) + text)
        #expect(message.count == text.count)
        #expect(message.fields(named: "Received") == 1)
    }

    @Test func `What the file has taken over is not in memory any more`() throws {
        let before = MessageBuffer.totalBytes
        let message = message(try spool())
        #expect(fill(message, Self.text(6 << 20), runs: 60_000))
        // Pieces that came last may still be on their way.
        #expect(MessageBuffer.totalBytes - before <= 100_000 + Spool.patience + 2 * SpoolRegion.piece)
        #expect(bytes(message).count > 6 << 20)
    }

    @Test func `Views stay good while the text behind them goes to the file`() throws {
        let message = message(try spool())
        let text = Self.text(1 << 20)
        #expect(fill(message, text, runs: 1 << 19))
        unsafe message.withSegments { segments in
            let count = unsafe segments.reduce(0) { $0 + $1.count }
            #expect(fill(message, text, runs: 1 << 19))
            var seen: [UInt8] = []
            for index in unsafe segments.indices { unsafe seen.append(contentsOf: segments[index]) }
            #expect(seen.count == count)
            #expect(seen.suffix(text.count).elementsEqual(text))
        }
    }

    @Test func `Without a spool, or below its bound, no file is made`() throws {
        let small = message(try spool())
        #expect(fill(small, Self.text(90_000), runs: 5000))
        let big = message(nil)
        #expect(fill(big, Self.text(3 << 20), runs: 50_000))
        #expect(!isSpooled(small) && !isSpooled(big))
        #expect(bytes(big).count > 3 << 20)
    }

    @Test func `Under pressure messages are written from their first bytes on`() throws {
        let spool = try spool(after: 1 << 20, pressure: 0)
        let before = MessageBuffer.totalBytes
        let message = message(spool)
        #expect(fill(message, Self.text(900_000), runs: 50_000))
        #expect(MessageBuffer.totalBytes - before < 8192 + Spool.patience + 2 * SpoolRegion.piece)
    }

    @Test func `A folder that takes no files is refused at once`() throws {
        #expect(throws: SystemError.self) {
            _ = try Spool(folder: folder + "/missing", after: 0, pressure: 0) { _ in }
        }
    }

    @Test func `A disk that fails refuses more text and keeps what it has`() async throws {
        await #expect(processExitsWith: .success) { try Self.failDisk() }
    }

    /// A limit on the size of files fails a write as a full disk does.
    private static func failDisk() throws {
        var limit = rlimit(rlim_cur: 300_000, rlim_max: 300_000)
        _ = signal(SIGXFSZ, SIG_IGN)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        let ear = Ear()
        let spool = try Spool(folder: "/tmp", after: 0, pressure: 0) { ear.hear($0) }
        let message = MessageBuffer(leading: [], spool: spool, largest: 8 << 20, wake: { _ in ear.wake() }, room: 1)
        let run = [UInt8](repeating: 120, count: 64 << 10)
        var given = 0
        var waits = 0
        var fault: SystemError?
        while fault == nil, given < 100 {
            switch message.append(run.span) {
            case .more: given += 1
            case .later:
                given += 1
                waits += 1
                precondition(ear.awaitWake(waits), "a failure wakes too")
            case .never(let why): fault = why
            }
        }
        precondition(fault?.errno == EFBIG && given < 20, "the fault is told")
        precondition(ear.faults.withLock { $0.count } == 1, "the fault is reported once")
        message.complete()
        let kept = unsafe message.withSegments { segments in unsafe segments.reduce(0) { $0 + $1.count } }
        precondition(kept >= given * run.count, "nothing of what was taken is lost")
    }

    private func isSpooled(_ message: MessageBuffer) -> Bool { message.state.withLock { $0.region != nil } }
}

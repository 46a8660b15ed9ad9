import Dispatch
import Synchronization

@testable import HostCore

/// Keeps lines in memory, and can stand still or fail like a full disk.
final class MemoryOutput: LogOutput {
    struct Full: Error {}

    private let bytes = Mutex<[UInt8]>([])
    private let failing = Atomic(false)
    private let isStopped: Bool
    private let entered = DispatchSemaphore(value: 0)
    private let released = DispatchSemaphore(value: 0)
    private let passes = Atomic(false)

    init(isStopped: Bool = false) { self.isStopped = isStopped }

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    var fails: Bool {
        get { failing.load(ordering: .acquiring) }
        set { failing.store(newValue, ordering: .releasing) }
    }

    func waitUntilEntered() { entered.wait() }

    func release() {
        passes.store(true, ordering: .releasing)
        released.signal()
    }

    func write(_ lines: [UInt8]) throws {
        if isStopped, !passes.load(ordering: .acquiring) {
            entered.signal()
            released.wait()
        }
        guard !fails else { throw Full() }
        bytes.withLock { $0 += lines }
    }
}

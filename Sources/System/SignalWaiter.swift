import Glibc
import Synchronization

/// Receives signals on a thread of its own, where, unlike in a handler, anything may be done.
///
/// Make it on the main thread before any other thread starts: only threads that are made later inherit that the
/// signals are blocked. A process that is started later inherits it too and should unblock them.
public final class SignalWaiter: Sendable {
    private let stopping: Stopping
    let thread: BackgroundThread
    private let wake: Signal

    private final class Stopping: Sendable {
        let flag = Atomic<Bool>(false)
    }

    /// Blocks the signals in the calling thread and calls `receive` for each that comes, one after another.
    public init(_ signals: [Signal], receive: @escaping @Sendable (Signal) -> Void) throws(SystemError) {
        precondition(!signals.isEmpty, "A waiter needs signals to wait for.")
        wake = signals[0]
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal.number) }
        let fault = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        if fault != 0 { throw SystemError(errno: fault, call: "pthread_sigmask") }
        let (awaited, stopping) = (set, Stopping())
        self.stopping = stopping
        thread = try BackgroundThread {
            var awaited = awaited
            var number: Int32 = 0
            while true {
                let fault = unsafe sigwait(&awaited, &number)
                if stopping.flag.load(ordering: .acquiring) { return }
                if fault == 0 { receive(Signal(number: number)) }
            }
        }
    }

    deinit {
        stop()
    }

    /// Receives no more.
    ///
    /// The signals stay blocked, so that a late one doesn't end the process.
    public func stop() {
        if stopping.flag.exchange(true, ordering: .acquiringAndReleasing) { return }
        thread.send(wake.number)
        thread.join()
    }
}

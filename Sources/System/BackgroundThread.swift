import Glibc
import Synchronization

/// A thread of its own for work that waits in the kernel; it takes no signals.
public final class BackgroundThread: Sendable {
    private struct Handle: Sendable {
        var thread: pthread_t
        var joined = false
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let handle: Mutex<Handle>

    /// Starts it.
    public init(_ run: @escaping @Sendable () -> Void) throws(SystemError) {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(run))
        let fault = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                var all = sigset_t()
                unsafe sigfillset(&all)
                unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
                if let argument = unsafe argument {
                    unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            },
            body.toOpaque()
        )
        guard fault == 0 else {
            unsafe body.release()
            throw SystemError(errno: fault, call: "pthread_create")
        }
        handle = Mutex(Handle(thread: thread))
    }

    deinit {
        handle.withLock { if !$0.joined { pthread_detach($0.thread) } }
    }

    /// Whether the caller runs on this thread.
    public var isCurrent: Bool {
        handle.withLock { pthread_equal($0.thread, pthread_self()) != 0 }
    }

    /// Waits until the work has returned; at once when called from that work, or again.
    public func join() {
        let thread = handle.withLock { handle -> pthread_t? in
            if handle.joined || pthread_equal(handle.thread, pthread_self()) != 0 { return nil }
            handle.joined = true
            return handle.thread
        }
        if let thread { pthread_join(thread, nil) }
    }

    /// Sends a signal to this thread alone, while it has not been joined.
    func send(_ signal: Int32) {
        handle.withLock { if !$0.joined { pthread_kill($0.thread, signal) } }
    }
}

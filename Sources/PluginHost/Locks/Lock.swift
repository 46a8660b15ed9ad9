internal import Glibc

/// A mutex and the condition that goes with it, at a place in memory that never moves.
///
/// It is pthread's and not `Synchronization.Mutex`, because thread sanitizer sees through this one only.
@safe struct Lock: ~Copyable, @unchecked Sendable {
    // Invariant: both pointers are set once and used by pthread's functions only.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func lock() { unsafe pthread_mutex_lock(mutex) }
    func unlock() { unsafe pthread_mutex_unlock(mutex) }

    /// Waits, the lock being held, until another thread signals; false when the instant passed first.
    func wait(until instant: Instant?) -> Bool {
        guard let instant else { return unsafe pthread_cond_wait(condition, mutex) == 0 }
        var time = timespec(
            tv_sec: Int(instant.nanoseconds / 1_000_000_000),
            tv_nsec: Int(instant.nanoseconds % 1_000_000_000)
        )
        return unsafe pthread_cond_timedwait(condition, mutex, &time) == 0
    }

    func signal() { unsafe pthread_cond_signal(condition) }
    func broadcast() { unsafe pthread_cond_broadcast(condition) }
}

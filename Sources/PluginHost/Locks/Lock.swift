internal import Glibc

/// A mutex and the condition that goes with it, at a place in memory that never moves.
///
/// It is pthread's and not `Synchronization.Mutex`, because thread sanitizer sees through this one only.
@safe struct Lock: ~Copyable, @unchecked Sendable {
    // Invariant: the pointers are set once and used by pthread's functions only.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    /// Room behind the lock in the same allocation: a lock is made for every message and for every connection.
    let annex: UnsafeMutableRawPointer

    private static var conditionOffset: Int { unsafe (MemoryLayout<pthread_mutex_t>.size + 15) & ~15 }
    private static var annexOffset: Int { (conditionOffset + MemoryLayout<pthread_cond_t>.size + 15) & ~15 }

    /// With so many bytes behind it, aligned to 16.
    init(annex size: Int = 0) {
        let base = UnsafeMutableRawPointer.allocate(byteCount: Self.annexOffset + size, alignment: 16)
        unsafe mutex = base.initializeMemory(as: pthread_mutex_t.self, to: pthread_mutex_t())
        unsafe condition = (base + Self.conditionOffset)
            .initializeMemory(as: pthread_cond_t.self, to: pthread_cond_t())
        unsafe annex = base + Self.annexOffset
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

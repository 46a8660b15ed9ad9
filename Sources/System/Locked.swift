internal import Glibc

/// Guards a value with a POSIX mutex.
///
/// Not `Synchronization.Mutex`, whose slow path the thread sanitizer can't see: it would report races that aren't there.
/// Sendable although unchecked, because the value is touched under the mutex only. Safe, because the mutex lives exactly as
/// long as this does and its address goes nowhere.
@safe
public final class Locked<Value>: @unchecked Sendable {
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    public init(_ value: Value) {
        precondition(MemoryLayout<Value>.size > 0, "thread sanitizer takes an empty value for its owner's head")
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}

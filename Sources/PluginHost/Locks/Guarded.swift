/// A value that is only reached under its lock.
@safe struct Guarded<Value>: ~Copyable, @unchecked Sendable {
    // Invariant: `value` is touched between lock() and unlock() only.
    private let mutex: Lock
    private let value: UnsafeMutablePointer<Value>

    init(_ initial: Value) {
        precondition(MemoryLayout<Value>.alignment <= 16, "the lock's annex is aligned to 16")
        mutex = Lock(annex: MemoryLayout<Value>.size)
        unsafe value = mutex.annex.initializeMemory(as: Value.self, to: initial)
    }

    deinit { unsafe value.deinitialize(count: 1) }

    @inline(__always)
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        mutex.lock()
        defer { mutex.unlock() }
        return unsafe body(&value.pointee)
    }

    /// Tries again after each ``announce()`` until the body gives something; nil when the instant passed first.
    func wait<Result>(until instant: Instant? = nil, for body: (inout Value) -> Result?) -> Result? {
        mutex.lock()
        defer { mutex.unlock() }
        while true {
            if let result = unsafe body(&value.pointee) { return result }
            if !mutex.wait(until: instant) { return unsafe body(&value.pointee) }
        }
    }

    /// Lets one waiting thread try again.
    func announce() { mutex.signal() }
    /// Lets every waiting thread try again.
    func announceToAll() { mutex.broadcast() }
}

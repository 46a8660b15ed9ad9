internal import Glibc

/// What this thread is doing for a plugin right now: which functions may be called here depends on it.
@safe final class Frame {
    enum Place { case loop, lane }

    let place: Place
    /// The snapshot that this call reads, from its first look on.
    var configuration: (any PluginConfiguration)?
    /// The timer whose function is running.
    var timer: UInt64 = 0
    /// A line that is logged now was caused by the hook `log`.
    var isInLogHook = false
    /// What was the thread's frame before.
    private var outer: UnsafeMutableRawPointer?

    init(_ place: Place) { self.place = place }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key, nil)
        return key
    }()

    /// The frame of this thread; nil on a thread that is the plugin's own.
    static var current: Frame? {
        guard let pointer = unsafe pthread_getspecific(key) else { return nil }
        return unsafe Unmanaged<Frame>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Does something with this as the thread's frame.
    func run(_ body: () -> Void) {
        enter()
        body()
        leave()
    }

    /// Makes this the thread's frame, until ``leave()``; the frame outlives that.
    func enter() {
        unsafe outer = pthread_getspecific(Self.key)
        unsafe pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
    }

    func leave() {
        unsafe pthread_setspecific(Self.key, outer)
        unsafe outer = nil
    }
}

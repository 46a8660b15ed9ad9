internal import Glibc

/// What this thread is doing for a plugin right now: which functions may be called here depends on it.
@safe final class Frame {
    enum Place { case loop, lane }

    let place: Place
    /// The snapshot that this call reads, from its first look on.
    var configuration: (any PluginConfiguration)? { didSet { hasConfiguration = configuration != nil } }
    private(set) var hasConfiguration = false
    /// The timer whose function is running.
    var timer: UInt64 = 0
    /// A line that is logged now was caused by the hook `log`.
    var isInLogHook = false
    /// Whether the thread does anything for a plugin; a lane always does.
    var isActive: Bool

    private init(_ place: Place) {
        self.place = place
        isActive = place == .lane
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key) { frame in
            if let frame = unsafe frame { unsafe Unmanaged<Frame>.fromOpaque(frame).release() }
        }
        return key
    }()

    private static var installed: Frame? {
        guard let pointer = unsafe pthread_getspecific(key) else { return nil }
        return unsafe Unmanaged<Frame>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// The frame of this thread; nil on a thread that does nothing for a plugin that the host knows of.
    static var current: Frame? { installed.flatMap { $0.isActive ? $0 : nil } }

    /// This thread's frame, made for it when it has none; it ends with the thread.
    static func ofThisThread(_ place: Place) -> Frame {
        if let frame = installed { return frame }
        let frame = Frame(place)
        unsafe pthread_setspecific(key, Unmanaged.passRetained(frame).toOpaque())
        return frame
    }
}

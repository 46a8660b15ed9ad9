internal import Glibc

/// A thread of our own, with a name that `top -H` shows.
enum Thread {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// A plugin's hooks run on it, so it has what a main thread's stack would leave them.
    private static let stackSize = 2 << 20

    /// Swift reaches neither prctl nor pthread_setname_np.
    private static func setName(_ name: String) {
        let file = unsafe Glibc.open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        // The kernel takes 15 bytes.
        let bytes = Array(name.utf8.prefix(15))
        _ = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        close(file)
    }

    /// Whether the thread could be started.
    @discardableResult
    static func start(named name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let argument = unsafe Unmanaged.passRetained(Start(name, body)).toOpaque()
        var thread = pthread_t()
        let status = unsafe pthread_create(&thread, &attributes, entry, argument)
        unsafe pthread_attr_destroy(&attributes)
        if status != 0 { unsafe Unmanaged<Start>.fromOpaque(argument).release() }
        return status == 0
    }

    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        setName(start.name)
        start.body()
        return nil
    }
}

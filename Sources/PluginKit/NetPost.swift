import Synchronization

/// Where the server's events of one connection arrive, and where its task waits for them.
final class NetPost: Sendable {
    private struct State {
        var token: hk_conn = 0
        var received: [UInt8] = []
        /// How often the connection was made, and then secured.
        var connections = 0
        /// Whether the server has taken back that it takes nothing.
        var isWritable = true
        var isPaused = false
        var end: NetError?
        var waiter: Waiter?
        var waits = 0
        /// A wait that was given up before it had begun.
        var givenUp: (number: Int, fault: NetError)?
    }

    private struct Waiter {
        let number: Int
        let isDone: @Sendable (borrowing View) -> Bool
        let continuation: CheckedContinuation<NetError?, Never>
    }

    /// What a waiting task looks at.
    struct View: ~Copyable {
        let connections: Int
        let count: Int
        let hasLine: Bool
        let isWritable: Bool
        let isOver: Bool
    }

    private let state = Mutex(State())
    private let net: Net
    private static let pausedAbove = 256 << 10

    init(_ net: Net) { self.net = net }

    // MARK: Events, on the plugin's lane

    /// What the server calls; the post is given back with the last event.
    static let event: @convention(c) (UnsafeMutableRawPointer?, hk_conn, Int32, hk_str) -> Void = {
        ud,
        token,
        what,
        data in
        guard let ud = unsafe ud else { return }
        let post = unsafe Unmanaged<NetPost>.fromOpaque(ud)
        switch Int(what) {
        case HK_NET_CONNECTED: unsafe post._withUnsafeGuaranteedRef { $0.connect() }
        case HK_NET_WRITABLE: unsafe post._withUnsafeGuaranteedRef { $0.note { $0.isWritable = true } }
        case HK_NET_DATA:
            let bytes = unsafe UnsafeRawBufferPointer(data).map { $0 }
            unsafe post._withUnsafeGuaranteedRef { $0.take(bytes, token) }
        case HK_NET_CLOSED, HK_NET_ERROR:
            let kind: NetError.Kind = Int(what) == HK_NET_CLOSED ? .closed : .failed
            let error = NetError(kind, unsafe String(data))
            unsafe post.takeRetainedValue().note { $0.end = $0.end ?? error }
        default: break
        }
    }

    /// With TLS begun, what came in the clear before doesn't count: somebody in between may have said it.
    private func connect() {
        _ = takeAll()
        note { $0.connections += 1 }
    }

    private func take(_ bytes: [UInt8], _ token: hk_conn) {
        let pauses = note { state in
            state.received += bytes
            guard state.received.count > Self.pausedAbove, !state.isPaused else { return false }
            state.isPaused = true
            return true
        }
        if pauses { _ = unsafe net.table.pointee.pause(net.host.tables.context, token, 1) }
    }

    @discardableResult
    private func note<R: Sendable>(_ change: (inout State) -> sending R) -> R {
        let (result, ready) = state.withLock { state -> (R, Waiter?) in
            let result = change(&state)
            guard let waiter = state.waiter, waiter.isDone(Self.view(state)) else { return (result, nil) }
            state.waiter = nil
            return (result, waiter)
        }
        ready?.continuation.resume(returning: nil)
        return result
    }

    private static func view(_ state: State) -> View {
        View(
            connections: state.connections,
            count: state.received.count,
            hasLine: state.received.contains(UInt8(ascii: "\n")),
            isWritable: state.isWritable,
            isOver: state.end != nil
        )
    }

    // MARK: What the task does

    var token: hk_conn {
        get { state.withLock { $0.token } }
        set { state.withLock { $0.token = newValue } }
    }

    var end: NetError? { state.withLock { $0.end } }

    /// Says that the server takes no more, before it is asked again.
    func expectRoom() { state.withLock { $0.isWritable = false } }

    /// How often it was connected or secured.
    var connections: Int { state.withLock { $0.connections } }

    /// What has come; nothing is there afterwards.
    func takeAll() -> [UInt8] {
        let (bytes, resumes) = state.withLock { state -> ([UInt8], Bool) in
            defer {
                state.received = []
                state.isPaused = false
            }
            return (state.received, state.isPaused)
        }
        if resumes { resume() }
        return bytes
    }

    /// The first line without its end, if one is there whole; an error when what is there is too long for one.
    func takeLine(limit: Int) throws(NetError) -> [UInt8]? {
        let (line, isTooLong, resumes) = state.withLock { state -> ([UInt8]?, Bool, Bool) in
            guard let end = state.received.firstIndex(of: UInt8(ascii: "\n")) else {
                return (nil, state.received.count > limit, false)
            }
            guard end <= limit else { return (nil, true, false) }
            var line = Array(state.received[..<end])
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            state.received.removeFirst(end + 1)
            let resumes = state.isPaused && state.received.count <= Self.pausedAbove
            if resumes { state.isPaused = false }
            return (line, false, resumes)
        }
        if resumes { resume() }
        guard !isTooLong else { throw NetError(.tooLong, "a line was longer than \(limit) bytes") }
        return line
    }

    private func resume() { _ = unsafe net.table.pointee.pause(net.host.tables.context, token, 0) }

    /// Waits until something is so; the error when the time passed, or the task was cancelled, before.
    func wait(
        _ timeout: Duration,
        until isDone: @escaping @Sendable (borrowing View) -> Bool
    ) async throws(NetError) {
        let number = state.withLock { state in
            state.waits += 1
            return state.waits
        }
        let timer = try? net.host.exec.after(timeout) { [weak self] in
            self?.give(up: number, NetError(.timedOut, "the other side took more than \(timeout)"))
        }
        let fault: NetError? = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> NetError?? in
                    if isDone(Self.view(state)) { return .some(nil) }
                    if let givenUp = state.givenUp, givenUp.number == number { return givenUp.fault }
                    if Task.isCancelled { return NetError(.cancelled, "the call was cancelled") }
                    guard state.waiter == nil else {
                        return NetError(.misused, "two tasks wait for one connection")
                    }
                    state.waiter = Waiter(number: number, isDone: isDone, continuation: continuation)
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            give(up: number, NetError(.cancelled, "the call was cancelled"))
        }
        _ = try? timer?.cancel()
        if let fault { throw fault }
    }

    private func give(up number: Int, _ fault: NetError) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.waiter?.number == number else {
                state.givenUp = (number, fault)
                return nil
            }
            return state.waiter.take()
        }
        waiter?.continuation.resume(returning: fault)
    }
}

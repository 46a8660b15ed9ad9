internal import PluginABI

/// One connection of a plugin: its token, and the events that wait for the plugin's lane.
@safe final class PluginConnection: NetEvents, @unchecked Sendable {
    // Invariant: `ud` is the plugin's, handed back to it and never looked at; all else is immutable or under its lock.
    typealias Function = @convention(c) (UnsafeMutableRawPointer?, hk_conn, Int32, hk_str) -> Void

    private enum Event {
        case connected
        case data([UInt8])
        case writable
        case end(what: Int, reason: String)
    }

    private struct State {
        var seat: Seat?
        var link: (any NetLink)?
        /// What waits for the lane, from `next` on.
        var events: [Event] = []
        var next = 0
        /// Bytes among the events.
        var bytes = 0
        /// Whether a job of the lane shows the events; the first one waits for the link.
        var isScheduled = true
        var isConnected = false
        /// TLS was asked for, and the handshake isn't finished.
        var isSecuring = false
        var isSecure = false
        /// The plugin wants to read no more for now.
        var isPaused = false
        /// The lane is behind.
        var isHeld = false
        var isClosing = false
        /// The end is among the events, or was shown.
        var isOver = false

        var holdsBack: Bool { isPaused || isHeld }
    }

    /// More bytes than this that wait for the lane stop the reading, and less than that let it go on.
    private static let heldAbove = 256 << 10
    private static let heldBelow = 64 << 10
    /// So many events at a time; then others of the lane have their turn.
    private static let turn = 32

    private let instance: PluginInstance
    private let target: NetTarget
    private let function: Function
    private let ud: UnsafeMutableRawPointer?
    private let token: Guarded<UInt64>
    private let state = Guarded(State())

    init(
        _ instance: PluginInstance,
        _ target: NetTarget,
        _ function: @escaping Function,
        _ ud: UnsafeMutableRawPointer?
    ) {
        self.instance = instance
        self.target = target
        unsafe self.function = function
        unsafe self.ud = ud
        token = Guarded(0)
    }

    /// Takes a token; nil when there is no room for another connection, or the plugin is ending.
    func register() -> UInt64? {
        guard var seat = instance.backstage.connections.claim(self) else { return nil }
        let token = seat.next(.connection)
        let taken = seat
        self.token.withLock { $0 = token }
        state.withLock { $0.seat = taken }
        guard instance.adopt(self, token) else {
            instance.backstage.connections.vacate(taken)
            return nil
        }
        return token
    }

    /// Begins to connect.
    func begin(by service: any NetService, security: NetSecurity?, timeout: Duration) {
        if security != nil { state.withLock { $0.isSecure = true } }
        let link = service.connect(to: target, security: security, timeout: timeout, events: self)
        let (isOver, hasEvents) = state.withLock { state in
            state.isScheduled = !state.events.isEmpty
            guard !state.isOver else { return (true, state.isScheduled) }
            state.link = link
            if state.holdsBack { link.pause(true) }
            return (false, state.isScheduled)
        }
        // The plugin has ended meanwhile, or the connection has.
        if isOver { link.close() }
        if hasEvents { schedule() }
    }

    // MARK: What the plugin asks for

    func write(_ bytes: [UInt8]) -> hk_status {
        guard let link = state.withLock({ $0.isClosing || $0.isOver ? nil : $0.link }) else { return Status.stale }
        return switch link.write(bytes) {
        case .taken: Status.ok
        case .full: Status.limit
        case .tooLong: Status.invalid
        case .over: Status.stale
        }
    }

    /// What has come in the clear and was not shown yet never is: somebody in between may have said it.
    func startTLS(_ name: String?, isVerified: Bool) -> hk_status {
        let security = NetSecurity(name: name ?? target.name, isVerified: isVerified)
        guard security.name != nil || !isVerified else { return Status.invalid }
        return state.withLock { state in
            guard !state.isClosing, !state.isOver, let link = state.link else { return Status.stale }
            guard state.isConnected, !state.isSecuring, !state.isSecure else { return Status.phase }
            state.isSecuring = true
            state.events.removeFirst(state.next)
            state.next = 0
            state.events.removeAll { if case .data = $0 { true } else { false } }
            state.bytes = 0
            state.isHeld = false
            link.pause(state.holdsBack)
            return link.startTLS(security) ? Status.ok : Status.stale
        }
    }

    func pause(_ isPaused: Bool) -> hk_status {
        state.withLock { state in
            guard !state.isClosing, !state.isOver else { return Status.stale }
            state.isPaused = isPaused
            state.link?.pause(state.holdsBack)
            return Status.ok
        }
    }

    func close() -> hk_status {
        let link: (any NetLink)?? = state.withLock { state in
            guard !state.isClosing, !state.isOver else { return nil }
            state.isClosing = true
            return .some(state.link)
        }
        guard let link else { return Status.stale }
        link?.close()
        return Status.ok
    }

    /// The plugin is ending: it is told so as the last of this, or nothing any more.
    func stop(tells: Bool) {
        let link = state.withLock { $0.link }
        if tells { end(HK_NET_CLOSED, "the plugin ends") } else { forget() }
        link?.close()
    }

    private func forget() {
        state.withLock { state in
            state.isOver = true
            state.events = []
            state.next = 0
            state.link = nil
        }
        release()
    }

    // MARK: What the server tells

    func connected() {
        tell { state in
            state.isConnected = true
            if state.isSecuring {
                state.isSecuring = false
                state.isSecure = true
            }
            return .connected
        }
    }

    func received(_ bytes: Span<UInt8>) {
        let copy = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        tell { state in
            guard !state.isSecuring, !state.isClosing else { return nil }
            state.bytes += copy.count
            if state.bytes > Self.heldAbove, !state.isHeld {
                state.isHeld = true
                state.link?.pause(true)
            }
            return .data(copy)
        }
    }

    func writable() { tell { $0.isClosing ? nil : .writable } }
    func closed(_ reason: String) { end(HK_NET_CLOSED, reason) }
    func failed(_ reason: String) { end(HK_NET_ERROR, reason) }

    private func end(_ what: Int, _ reason: String) {
        tell { state in
            state.isOver = true
            state.link = nil
            return .end(what: what, reason: reason)
        }
    }

    private func tell(_ event: (inout State) -> Event?) {
        let isFirst = state.withLock { state in
            guard !state.isOver, let event = event(&state) else { return false }
            state.events.append(event)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if isFirst { schedule() }
    }

    // MARK: On the lane

    private func schedule() {
        do throws(Lane.Refusal) {
            try instance.lane.push(.task { [self] in show() })
        } catch {
            // Nothing is shown to a plugin that is gone, or stuck for good.
            let link = state.withLock { $0.link }
            forget()
            link?.close()
        }
    }

    private func show() {
        var shown = 0
        while let event = take() {
            perform(event)
            shown += 1
            guard shown == Self.turn else { continue }
            shown = 0
            do throws(Lane.Refusal) {
                return try instance.lane.push(.task { [self] in show() })
            } catch {
                // The lane is closing, and this is one of its last jobs.
                continue
            }
        }
    }

    /// The next event; nil when there is none, and then the next one needs a new job.
    private func take() -> Event? {
        state.withLock { state in
            guard state.next < state.events.count else {
                state.events = []
                state.next = 0
                state.isScheduled = false
                return nil
            }
            let event = state.events[state.next]
            state.next += 1
            if state.next >= Self.turn {
                state.events.removeFirst(state.next)
                state.next = 0
            }
            if case .data(let bytes) = event { shows(bytes.count, &state) }
            return event
        }
    }

    private func shows(_ count: Int, _ state: inout State) {
        state.bytes -= count
        guard state.isHeld, state.bytes < Self.heldBelow else { return }
        state.isHeld = false
        state.link?.pause(state.holdsBack)
    }

    private func perform(_ event: Event) {
        switch event {
        case .connected: unsafe function(ud, present, Int32(HK_NET_CONNECTED), hk_str())
        case .writable: unsafe function(ud, present, Int32(HK_NET_WRITABLE), hk_str())
        case .data(let bytes): unsafe lend(bytes) { unsafe function(ud, present, Int32(HK_NET_DATA), $0) }
        case .end(let what, let reason):
            let token = present
            release()
            unsafe lend(Array(reason.utf8)) { unsafe function(ud, token, Int32(what), $0) }
        }
    }

    private var present: UInt64 { token.withLock { $0 } }

    private func lend(_ bytes: [UInt8], _ body: (hk_str) -> Void) {
        unsafe bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            unsafe body(hk_str(ptr: start, len: bytes.count))
        }
    }

    /// From now on the token is stale.
    private func release() {
        let seat = state.withLock { $0.seat.take() }
        guard let seat else { return }
        instance.forgetConnection(present)
        instance.backstage.connections.vacate(seat)
    }
}

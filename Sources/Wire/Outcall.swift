internal import System
internal import TLS

/// A connection to another host that is steered from any thread.
public final class Outcall: Sendable {
    /// What became of a write.
    public enum Acceptance: Sendable, Equatable {
        case taken
        /// More than ``waitingLimit`` would wait; ``OutcallListener/writable()`` follows.
        case full
        /// More than ``waitingLimit`` in one piece.
        case tooLong
        /// The connection has ended, or was closed before.
        case over
    }

    /// What waits to be done on the loop, in this order.
    enum Item {
        case bytes([UInt8])
        case tls(Secure)
        case close
    }

    /// How TLS is to be spoken, and by which settings.
    struct Secure {
        let context: TLSClientContext
        let security: OutcallSecurity
    }

    /// What the loop has to know.
    struct Errand {
        var items: [Item]
        var isPaused: Bool
        var isClosing: Bool
        var isAbandoned: Bool
        /// What is to become of the deadline; nil leaves it as it is.
        var deadline: DeadlineWish?
        /// Whether the listener is to be woken.
        var wakes: Bool
    }

    enum DeadlineWish {
        case arm(Duration)
        case disarm
    }

    private struct State {
        var items: [Item] = []
        /// Bytes that the connection hasn't been given yet.
        var waiting = 0
        /// A write was refused: it is told when no more than this waits.
        var threshold: Int?
        var isPaused = false
        var isClosing = false
        var isAbandoned = false
        var isOver = false
        var deadline: DeadlineWish?
        var wakes = false
        /// Whether the loop is on its way, or will look before it does anything else.
        var isCalled = false
        /// Nil until the connection stands, and after its end.
        var mailbox: (any Mailbox)?
        /// Ends the dialing.
        var cancel: (@Sendable () -> Void)?
    }

    /// How many bytes may wait for the peer to take them.
    public static let waitingLimit = 1 << 20

    let listener: any OutcallListener
    private let dialer: Dialer
    private let state = Locked(State())

    init(_ dialer: Dialer, _ listener: any OutcallListener) {
        self.dialer = dialer
        self.listener = listener
    }

    /// Sends bytes, all of them or none; before the connection stands they wait.
    public func write(_ bytes: [UInt8]) -> Acceptance {
        guard bytes.count <= Self.waitingLimit else { return .tooLong }
        let (acceptance, mailbox) = state.withLock { state -> (Acceptance, (any Mailbox)?) in
            guard !state.isOver, !state.isClosing else { return (.over, nil) }
            guard state.waiting + bytes.count <= Self.waitingLimit else {
                let threshold = min(Self.waitingLimit / 2, Self.waitingLimit - bytes.count)
                state.threshold = min(state.threshold ?? threshold, threshold)
                return (.full, nil)
            }
            state.waiting += bytes.count
            return (.taken, bytes.isEmpty ? nil : Self.add(.bytes(bytes), &state))
        }
        mailbox?.wake(0)
        return acceptance
    }

    /// Begins TLS behind what was written; what is written from now on waits for the handshake and is encrypted.
    ///
    /// What has come in the clear and wasn't told yet never is. False when the connection has ended.
    public func startTLS(_ security: OutcallSecurity) -> Bool {
        guard let context = dialer.context(for: security) else {
            close()
            return false
        }
        return order(.tls(Secure(context: context, security: security))) { _ in }
    }

    /// Whether no more than so many bytes wait; if not, ``OutcallListener/writable()`` follows once it is so.
    public func hasRoom(below limit: Int) -> Bool {
        state.withLock { state in
            guard state.waiting > limit, !state.isOver else { return true }
            state.threshold = min(state.threshold ?? limit, limit)
            return false
        }
    }

    /// Calls ``OutcallListener/deadlinePassed()`` once so much time has gone by; replaces the deadline before it.
    ///
    /// Nil takes the deadline away. The time begins when the connection stands, and behind a TLS handshake that is under
    /// way. Never early, and at most 0.1 s late.
    public func arm(deadline: Duration?) {
        signal { state in state.deadline = deadline.map { .arm($0) } ?? .disarm }
    }

    /// Leads to ``OutcallListener/woken()``, as soon as the connection stands; several calls may lead to one.
    public func wake() {
        signal { state in state.wakes = true }
    }

    private func signal(_ change: (inout State) -> Void) {
        let mailbox = state.withLock { state -> (any Mailbox)? in
            guard !state.isOver else { return nil }
            change(&state)
            return Self.call(&state)
        }
        mailbox?.wake(0)
    }

    /// Stops or goes on telling what comes; meanwhile it stays with the kernel.
    public func pause(_ isPaused: Bool) {
        let mailbox = state.withLock { state -> (any Mailbox)? in
            guard !state.isOver, state.isPaused != isPaused else { return nil }
            state.isPaused = isPaused
            return Self.call(&state)
        }
        mailbox?.wake(0)
    }

    /// Sends what was written, for ten seconds at most, and closes; ``OutcallListener/ended(_:)`` follows.
    ///
    /// A handshake that is under way is awaited first, for as long as it may take.
    public func close() {
        var cancel: (@Sendable () -> Void)?
        _ = order(.close) { state in
            state.isClosing = true
            if state.mailbox == nil { cancel = state.cancel.take() }
        }
        cancel?()
    }

    /// Closes at once, in a handshake too: what waits isn't sent any more; ``OutcallListener/ended(_:)`` follows.
    public func abandon() {
        var cancel: (@Sendable () -> Void)?
        signal { state in
            (state.isClosing, state.isAbandoned) = (true, true)
            state.items = []
            if state.mailbox == nil { cancel = state.cancel.take() }
        }
        cancel?()
    }

    private func order(_ item: Item, _ change: (inout State) -> Void) -> Bool {
        let (isTaken, mailbox) = state.withLock { state -> (Bool, (any Mailbox)?) in
            guard !state.isOver, !state.isClosing else { return (false, nil) }
            change(&state)
            return (true, Self.add(item, &state))
        }
        mailbox?.wake(0)
        return isTaken
    }

    private static func add(_ item: Item, _ state: inout State) -> (any Mailbox)? {
        state.items.append(item)
        return call(&state)
    }

    /// The mailbox to wake, unless the loop is on its way already.
    private static func call(_ state: inout State) -> (any Mailbox)? {
        guard !state.isCalled, let mailbox = state.mailbox else { return nil }
        state.isCalled = true
        return mailbox
    }
}

extension Outcall {
    /// How the dialing can be ended; before it begins.
    func whileDialing(_ cancel: @escaping @Sendable () -> Void) { state.withLock { $0.cancel = cancel } }

    /// On the loop: the connection stands.
    func attach(_ mailbox: any Mailbox) {
        state.withLock { state in
            state.mailbox = mailbox
            state.cancel = nil
        }
    }

    /// On the loop: takes what there is to do.
    func takeErrand() -> Errand {
        state.withLock { state in
            state.isCalled = false
            defer {
                state.items = []
                state.deadline = nil
                state.wakes = false
            }
            return Errand(
                items: state.items,
                isPaused: state.isPaused,
                isClosing: state.isClosing,
                isAbandoned: state.isAbandoned,
                deadline: state.deadline,
                wakes: state.wakes
            )
        }
    }

    /// On the loop: what is asked for from now on is looked for without anybody waking the loop.
    func hold() { state.withLock { $0.isCalled = true } }

    /// On the loop: whether another deadline was asked for meanwhile.
    var wantsOtherDeadline: Bool { state.withLock { $0.deadline != nil } }

    /// On the loop: so many bytes don't wait any more.
    func gave(_ count: Int) {
        let isAwaited = state.withLock { state in
            state.waiting -= count
            guard let threshold = state.threshold, state.waiting <= threshold else { return false }
            state.threshold = nil
            return true
        }
        if isAwaited { listener.writable() }
    }

    /// Tells the end, once.
    func end(_ end: OutcallEnd) {
        let isFirst = state.withLock { state in
            defer {
                state.isOver = true
                state.items = []
                state.mailbox = nil
                state.cancel = nil
            }
            return !state.isOver
        }
        if isFirst { listener.ended(end) }
    }
}

internal import Hooks
internal import PluginABI
internal import Synchronization

/// One generation of one plugin: its image, its state, its lane, and how far its life has come.
///
/// It is never freed: the plugin may hold on to `hk_host` and its `ctx`, which is this object, as long as the process
/// lives (R7). What it holds is small once it was destroyed.
@safe final class PluginInstance: @unchecked Sendable {
    // Invariant: `descriptor` and `host` are written while only the loading thread or the plugin's lane knows the
    // instance, and read after; everything else that changes is guarded or atomic.
    enum Phase: UInt8 {
        /// In create or start: hooks may be registered.
        case beginning
        case serving
        /// No new calls come.
        case draining
        /// Every function of the host answers HK_E_SHUTDOWN.
        case destroyed
    }

    private struct Uses {
        var tables = 0
        /// Calls that sessions have let go of and the plugin has not.
        var detached = 0
        /// Set when the last table went: what to do when the last call is back.
        var isRetiring = false
        var isDestroying = false
    }

    let backstage: Backstage
    let name: String
    let image: StagedImage
    /// The file that is mapped for this instance alone.
    let mapping: ImageMapping
    /// Counts up with each instance of the host.
    let number: UInt64
    let lane: Lane
    /// How many failures in a row open the breaker of one of its hooks.
    private let breakerLimit: Guarded<Int>
    /// How many lines wait for its hook `log`.
    let logQueue = Gauge()
    var descriptor = PluginDescriptor()
    var host: UnsafeMutablePointer<hk_host>?

    let isCreated = Atomic<Bool>(false)
    private let phaseValue = Atomic<UInt8>(Phase.beginning.rawValue)
    private let registered = Guarded<[Registration]>([])
    private let granted: Guarded<Set<String>>
    private let snapshot: Guarded<any PluginConfiguration>
    private let filesRead = Guarded<Set<String>>([])
    private let complaint = Guarded<String?>(nil)
    private let timers = Guarded<[UInt64: PluginTimer]>([:])
    /// Its connections by their tokens; nil when it may have none any more.
    private let connections = Guarded<[UInt64: PluginConnection]?>([:])
    /// What it has asked and wasn't told yet; nil when it may ask nothing any more.
    private let inquiries = Guarded<[ObjectIdentifier: any OpenInquiry]?>([:])
    private let uses = Guarded(Uses())
    /// Told once, when nothing of it runs any more or never will.
    private let gone = Guarded<Bool>(false)

    init(_ entry: PluginEntry, number: UInt64, _ backstage: Backstage) {
        self.backstage = backstage
        self.number = number
        name = entry.name
        image = entry.image
        mapping = ImageMapping(entry.image.path)
        lane = Lane(name: entry.name)
        breakerLimit = Guarded(entry.breakerAfter)
        granted = Guarded(entry.capabilities)
        snapshot = Guarded(backstage.ports.configuration())
    }

    /// The instance that a host function's `ctx` stands for.
    static func of(_ context: UnsafeMutableRawPointer?) -> PluginInstance? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<PluginInstance>.fromOpaque(context).takeUnretainedValue()
    }

    var phase: Phase {
        get { Phase(rawValue: phaseValue.load(ordering: .acquiring)) ?? .destroyed }
        set { phaseValue.store(newValue.rawValue, ordering: .releasing) }
    }

    var isServing: Bool { phaseValue.load(ordering: .relaxed) == Phase.serving.rawValue }
    /// Whether host functions do anything for it.
    var isAlive: Bool { phaseValue.load(ordering: .relaxed) != Phase.destroyed.rawValue }

    func log(_ level: Int32, _ text: String, scope: String? = nil) {
        backstage.ports.log(level, name, scope, text)
    }

    /// Says why the host refused what it asked for; a failing create is explained with the last one.
    func complain(_ text: String) {
        complaint.withLock { $0 = text }
        log(LogLevel.error, text)
    }

    /// The same without a line in the log: it may do without.
    func note(complaint text: String) { complaint.withLock { $0 = text } }

    /// The last complaint, once.
    func takeComplaint() -> String? { complaint.withLock { $0.take() } }

    // MARK: What the operator grants

    func isGranted(_ capability: String) -> Bool { granted.withLock { $0.contains(capability) } }

    /// Takes over what the operator changed without a new generation.
    func take(_ entry: PluginEntry) {
        granted.withLock { $0 = entry.capabilities }
        breakerLimit.withLock { $0 = entry.breakerAfter }
        for registration in registrations { registration.breaker.set(limit: entry.breakerAfter) }
    }

    // MARK: Hooks

    /// For a hook that registers now.
    func newBreaker() -> Breaker {
        Breaker(after: breakerLimit.withLock { $0 }, rest: backstage.timings.breakerRest)
    }

    var registrations: [Registration] { registered.withLock { $0 } }
    func register(_ registration: Registration) { registered.withLock { $0.append(registration) } }

    // MARK: Configuration

    /// What it reads now: the snapshot of its create or of the last reconfigure that it accepted.
    var configuration: any PluginConfiguration {
        get { snapshot.withLock { $0 } }
        set { snapshot.withLock { $0 = newValue } }
    }

    func noteRead(_ file: String) { filesRead.withLock { _ = $0.insert(file) } }
    /// Files of the configuration that it has asked for.
    var configurationFiles: Set<String> { filesRead.withLock { $0 } }

    // MARK: Timers

    static let timerLimit = 10_000

    func adopt(_ timer: PluginTimer, _ token: UInt64) -> Bool {
        timers.withLock { timers in
            guard isAlive, timers.count < Self.timerLimit else { return false }
            timers[token] = timer
            return true
        }
    }

    func forget(_ token: UInt64) { timers.withLock { _ = $0.removeValue(forKey: token) } }

    private func stopTimers() {
        let all = timers.withLock { Array($0.values) }
        for timer in all { timer.stop() }
    }

    // MARK: Connections

    static let connectionLimit = 10_000

    func adopt(_ connection: PluginConnection, _ token: UInt64) -> Bool {
        connections.withLock { connections in
            guard isAlive, let count = connections?.count, count < Self.connectionLimit else { return false }
            connections?[token] = connection
            return true
        }
    }

    func connection(_ token: UInt64) -> PluginConnection? { connections.withLock { $0?[token] } }

    func forgetConnection(_ token: UInt64) { connections.withLock { _ = $0?.removeValue(forKey: token) } }

    // MARK: Inquiries

    static let inquiryLimit = 10_000

    func adopt(_ inquiry: any OpenInquiry) -> Bool {
        inquiries.withLock { inquiries in
            guard isAlive, let count = inquiries?.count, count < Self.inquiryLimit else { return false }
            inquiries?[ObjectIdentifier(inquiry)] = inquiry
            return true
        }
    }

    func forget(_ inquiry: any OpenInquiry) {
        inquiries.withLock { _ = $0?.removeValue(forKey: ObjectIdentifier(inquiry)) }
    }

    /// Ends what it has under way of its own; a plugin that can still be called is told so.
    func stopAll(tells: Bool) {
        stopTimers()
        let all = connections.withLock { $0.take()?.values.map { $0 } } ?? []
        for connection in all { connection.stop(tells: tells) }
        let open = inquiries.withLock { $0.take()?.values.map { $0 } } ?? []
        for inquiry in open { inquiry.end(tells: tells) }
    }

    // MARK: Lane

    /// Looks whether its lane is stuck, since a call's deadline has passed.
    func suspectLane() {
        switch lane.inspect(now: .now) {
        case .fine: break
        case .again(let instant):
            backstage.clock.arm(at: instant, .task { [weak self] _ in self?.suspectLane() })
        case .lost(let mayRecover):
            let end = mayRecover ? "one returns" : "restart"
            log(LogLevel.critical, "\(name) doesn't return from a call; it answers with its policy until \(end)")
        }
    }

    // MARK: The end

    func tableBegan() { uses.withLock { $0.tables += 1 } }

    func tableEnded() {
        let isLast = uses.withLock { uses in
            uses.tables -= 1
            guard uses.tables == 0, !uses.isRetiring else { return false }
            uses.isRetiring = true
            return true
        }
        if isLast { retire() }
    }

    /// Whether sessions may still ask it.
    var isInUse: Bool { uses.withLock { $0.tables > 0 } }

    func callDetached() { uses.withLock { $0.detached += 1 } }

    func callReturned() {
        let isLast = uses.withLock { uses in
            uses.detached -= 1
            return uses.isRetiring && uses.detached == 0
        }
        if isLast { destroy() }
    }

    /// No table names it any more: it drains, and is destroyed when the last call is back or the limit passes.
    func retire() {
        uses.withLock { $0.isRetiring = true }
        phase = .draining
        do throws(Lane.Refusal) {
            try lane.push(.task { [self] in descriptor.drain() })
        } catch {
            return destroy()
        }
        let isIdle = uses.withLock { $0.detached == 0 }
        if isIdle { return destroy() }
        backstage.clock.arm(after: backstage.timings.drain) { [weak self] _ in self?.destroy() }
    }

    /// The last job of its lane.
    private func destroy() {
        let isFirst = uses.withLock { uses in
            defer { uses.isDestroying = true }
            return !uses.isDestroying
        }
        guard isFirst else { return }
        stopAll(tells: true)
        let isClosing = lane.close { [self] in
            descriptor.destroy()
            phase = .destroyed
            vanish()
        }
        if !isClosing { vanish() }
    }

    /// Nothing of it runs any more, or its lane is stuck for good.
    private func vanish() {
        stopAll(tells: false)
        registered.withLock { $0 = [] }
        mapping.release()
        gone.withLock { $0 = true }
        gone.announceToAll()
    }

    /// Whether it was gone before the instant.
    func waitUntilGone(_ instant: Instant) -> Bool {
        gone.wait(until: instant) { $0 ? true : nil } ?? false
    }

    var isGone: Bool { gone.withLock { $0 } }

    /// Ends an instance that was in no table; one that was never created has nothing to drain or destroy.
    func discard() {
        if isCreated.load(ordering: .acquiring) { return retire() }
        phase = .destroyed
        lane.close {}
        vanish()
    }

    func facts(_ entry: PluginEntry) -> PluginFacts {
        PluginFacts(
            name: name,
            id: descriptor.id,
            version: descriptor.version,
            source: image.source,
            path: image.path,
            sha256: image.sha256,
            instance: number,
            isSerial: descriptor.isSerial,
            isReloadable: descriptor.isReloadable,
            timeout: entry.timeout,
            onFailure: entry.onFailure,
            capabilities: entry.capabilities,
            hooks: registrations.count,
            isBreakerOpen: registrations.contains { $0.breaker.isOpen },
            isLaneStuck: lane.isAbandoned,
            configurationFiles: configurationFiles
        )
    }
}

internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import System

/// Owns the event loops, the listening sockets and the connections that come in through them.
///
/// In order: ``bind(_:inherited:)`` while privileges allow it, ``accept(report:_:)``, ``stopAccepting()``,
/// ``broadcast(_:)`` to tell drivers, ``awaitDrained(_:)``, ``shutdown()``; ``apply(_:)`` at any time.
public final class Listeners: Sendable {
    private struct State {
        var sockets: [ListeningSocket] = []
        var channels: [any Channel] = []
        var paths: [String] = []
    }

    private let group: MultiThreadedEventLoopGroup
    private let rosters: [LoopRoster]
    private let tally = Tally()
    /// Connects to others on the same event loops.
    public let dialer: Dialer
    private let reception = Locked(Reception())
    private let state = Locked(State())

    /// Starts as many event loops, each a thread.
    public init(loops: Int) {
        precondition(loops > 0, "A server needs at least one event loop.")
        group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        rosters = group.makeIterator().enumerated().map { LoopRoster(index: $0.offset, loop: $0.element) }
        dialer = Dialer(loops: rosters.map(\.loop))
    }

    public var loopCount: Int { rosters.count }

    /// Connections that are open or still sending their last output.
    public var connectionCount: Int { tally.count }

    public var counters: WireCounters { tally.counters }

    /// How connections are received from now on: settings, limits and certificates that a reload may change.
    public func apply(_ reception: Reception) { self.reception.withLock { $0 = reception } }

    /// Takes the addresses, all of them or none, and lets the kernel queue connections there.
    ///
    /// Those that the service manager listens on for us are taken out of `inherited`.
    public func bind(
        _ listeners: [Listener],
        inherited: InheritedSockets = InheritedSockets()
    ) throws(BindError) -> [BoundAddress] {
        let addresses = listeners.map(\.address)
        var sockets: [ListeningSocket] = []
        for listener in listeners {
            if let descriptor = inherited.take(listener.address) {
                sockets.append(ListeningSocket(listener, inheriting: descriptor))
                continue
            }
            let dualStack = Self.isDualStack(listener.address, among: addresses)
            let first = try ListeningSocket(listener, dualStack: dualStack)
            sockets.append(first)
            guard !first.isShared else { continue }
            for roster in rosters.dropFirst() {
                sockets.append(try ListeningSocket(joining: first, loop: roster.index))
            }
        }
        let bound = sockets.filter(\.isFirst).map(\.bound)
        state.withLock { $0.sockets += sockets }
        return bound
    }

    /// Starts to take connections; `makeDriver` is called on each one's loop.
    ///
    /// `report` is called there too, for connections that come to nothing before they have a driver.
    public func accept<D: Driver & SendableMetatype>(
        report: @escaping @Sendable (Incident) -> Void = { _ in },
        _ makeDriver: @escaping @Sendable (Connection) -> D
    ) throws where D.Peer == Connection {
        let sockets = state.withLock { state in
            defer { state.sockets = [] }
            return state.sockets
        }
        for socket in sockets {
            try open(socket, Entrance(socket.options, reception, tally, report), makeDriver)
        }
    }

    /// Takes no more connections; those that are open go on.
    public func stopAccepting() {
        let (channels, paths) = state.withLock { state in
            defer { state = State() }
            return (state.channels, state.paths)
        }
        for channel in channels { try? channel.close().wait() }
        for path in paths { _ = unsafe unlink(path) }
    }

    /// Wakes every connection's driver with `token`; a connection that has none yet is closed.
    public func broadcast(_ token: UInt64) {
        for roster in rosters { roster.loop.execute { roster.wakeAll(token) } }
    }

    /// Whether the last connection was gone in time.
    public func awaitDrained(_ timeout: Duration) async -> Bool {
        await tally.empty { [tally, rosters] ticket in
            rosters[0].loop.scheduleTask(in: TimeAmount(timeout)) { tally.expire(ticket) }
        }
    }

    /// Closes every connection and ends the loops; not to be called on one.
    public func shutdown() {
        stopAccepting()
        dialer.stop()
        try? group.syncShutdownGracefully()
    }

    /// Whether `::` should take IPv4 too: not when IPv4's every-address is asked for at the same port.
    private static func isDualStack(_ address: ListenAddress, among all: [ListenAddress]) -> Bool {
        guard case .tcp(let host, let port) = address, host == "::" || host == "::0", port != 0 else { return true }
        return !all.contains(.tcp(host: "0.0.0.0", port: port))
    }
}

extension Listeners {
    /// One listening socket for each loop, whose connections stay on it: no hop between threads for any of them.
    private func open<D: Driver & SendableMetatype>(
        _ socket: ListeningSocket,
        _ entrance: Entrance,
        _ makeDriver: @escaping @Sendable (Connection) -> D
    ) throws where D.Peer == Connection {
        let roster = rosters[socket.loop]
        let children: any EventLoopGroup = socket.isShared ? group : roster.loop
        let rosters = rosters
        let descriptor = socket.release()
        let channel = try ServerBootstrap(group: roster.loop, childGroup: children)
            .childChannelInitializer { channel in
                let loop = channel.eventLoop
                let roster = rosters.first { $0.loop === loop } ?? roster
                let connection = Connection(channel: channel, roster: roster, entrance: entrance)
                return loop.makeCompletedFuture {
                    try Self.prepare(channel, roster)
                    try channel.pipeline.syncOperations.addHandler(Self.receiver(of: connection, makeDriver))
                }
            }
            .withBoundSocket(descriptor)
            .wait()
        // NIO has listened again with a short backlog.
        Glibc.listen(descriptor, ListeningSocket.backlog)
        state.withLock { state in
            state.channels.append(channel)
            guard socket.isFirst, !socket.isInherited, case .unix(let path, _) = socket.requested else { return }
            state.paths.append(path)
        }
    }

    private static func receiver<D: Driver & SendableMetatype>(
        of connection: Connection,
        _ makeDriver: @escaping @Sendable (Connection) -> D
    ) -> any ChannelHandler where D.Peer == Connection {
        switch connection.arrive() {
        case .driver: DriverHandler(connection, makeDriver(connection))
        case .preface(let awaitsHeader):
            PrefaceHandler(connection, awaitsHeader: awaitsHeader) { DriverHandler($0, makeDriver($0)) }
        case .refusal(let text): RefusalHandler(text)
        }
    }

    static func prepare(_ channel: any Channel, _ roster: LoopRoster) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.allowRemoteHalfClosure, value: true)
        try options.setOption(.maxMessagesPerRead, value: 1)
        try options.setOption(.recvAllocator, value: ReadBuffers(roster))
    }
}

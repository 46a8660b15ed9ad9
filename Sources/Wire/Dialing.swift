internal import Glibc
internal import NIOCore
internal import NIOPosix

/// One outcall's way to a connection: one address after another is called, and the first to connect is taken.
///
/// Sendable although unchecked: all of it happens on the roster's loop.
final class Dialing: @unchecked Sendable {
    /// One address, and where to call it from.
    private struct Way {
        let address: SocketAddress
        var source: SocketAddress?
    }

    private let roster: LoopRoster
    private let entrance: Entrance
    private let outcall: Outcall
    private let deadline: NIODeadline
    private let makeDriver: (Dialing) -> OutcallDriver
    /// The next one is the last.
    private var ways: [Way] = []
    private var addressTimeout: Duration?
    private var stagger = Duration.milliseconds(250)
    /// The connections that are being tried.
    private var channels: [any Channel] = []
    private var pending = 0
    /// Why addresses didn't take the call.
    private var faults: [(address: String, sentence: String)] = []
    /// Whether each address is named with its reason, although all may have the same.
    private var namesEach = false
    private var hasBegun = false
    private var timer: Scheduled<Void>?
    private var next: Scheduled<Void>?
    private var isOver = false

    init(
        _ roster: LoopRoster,
        _ entrance: Entrance,
        _ outcall: Outcall,
        _ deadline: NIODeadline,
        _ makeDriver: @escaping (Dialing) -> OutcallDriver
    ) {
        self.roster = roster
        self.entrance = entrance
        self.outcall = outcall
        self.deadline = deadline
        self.makeDriver = makeDriver
    }

    func begin() {
        timer = roster.loop.scheduleTask(deadline: deadline) {
            let what = self.hasBegun ? "it did not connect" : "its name was not found"
            self.finish(.failed(self.sentence(and: "\(what) in time")))
        }
    }

    func take(_ found: Result<[IPAddress], NameLookup.Failure>, port: UInt16) {
        switch found {
        case .success(let addresses): self.try(addresses.map { OutcallAddress($0, port: port) })
        case .failure(let failure): finish(.failed(failure.sentence))
        }
    }

    /// In this order: the C library has sorted them (RFC 6724).
    func `try`(_ addresses: [OutcallAddress]) {
        ways = addresses.reversed().compactMap { address in Self.socket(address).map { Way(address: $0) } }
        attempt()
    }

    func `try`(_ race: OutcallRace) {
        (addressTimeout, stagger) = (race.addressTimeout, race.stagger)
        namesEach = true
        for address in race.inTurns.reversed() {
            guard let socket = Self.socket(address) else { continue }
            let source = race.source(for: address.address)
            if source == nil, !race.sources.isEmpty {
                faults.append(("\(address)", "there is no source address of its family"))
            } else {
                let from = source.flatMap { Self.socket(OutcallAddress($0, port: 0)) }
                ways.append(Way(address: socket, source: from))
            }
        }
        attempt()
    }

    func `try`(unix path: String) {
        if let address = try? SocketAddress(unixDomainSocketPath: path) { ways = [Way(address: address)] }
        attempt()
    }

    /// Nobody waits for it any more.
    func cancel() { finish(.closed("closed")) }

    private static func socket(_ address: OutcallAddress) -> SocketAddress? {
        try? SocketAddress(ipAddress: address.address.description, port: Int(address.port))
    }

    /// Calls the next address, and the one behind it when this one has failed or takes long.
    private func attempt() {
        next?.cancel()
        next = nil
        guard !isOver else { return }
        hasBegun = true
        guard let way = ways.popLast() else {
            if pending == 0 { finish(.failed(sentence(and: nil))) }
            return
        }
        pending += 1
        connect(way).whenComplete { result in
            self.pending -= 1
            // Whoever has connected has claimed the call by now, or was too late.
            guard case .failure(let error) = result, !self.isOver else { return }
            self.faults.append(("\(PeerAddress(way.address))", Self.sentence(error)))
            self.attempt()
        }
        guard !ways.isEmpty, !isOver, next == nil else { return }
        next = roster.loop.scheduleTask(in: TimeAmount(stagger)) { self.attempt() }
    }

    private func connect(_ way: Way) -> EventLoopFuture<any Channel> {
        let left = deadline - .now()
        let own = addressTimeout.map { TimeAmount($0) } ?? left
        var bootstrap = ClientBootstrap(group: roster.loop)
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                self.channels.append(channel)
                return channel.eventLoop.makeCompletedFuture { try self.prepare(channel) }
            }
            .connectTimeout(max(min(own, left), .nanoseconds(1)))
        if let source = way.source {
            // The kernel then chooses the port when it knows the other end, and runs out of none: ip(7).
            let late = ChannelOptions.Types.SocketOption(level: .ip, name: Self.bindAddressNoPort)
            bootstrap = bootstrap.channelOption(late, value: 1).bind(to: source)
        }
        return bootstrap.connect(to: way.address)
    }

    private static let bindAddressNoPort = NIOBSDSocket.Option(rawValue: 24)

    private func prepare(_ channel: any Channel) throws {
        try Listeners.prepare(channel, roster)
        let connection = Connection(channel: channel, roster: roster, entrance: entrance)
        connection.kernelReads = false
        connection.isFresh = false
        connection.listensWhenCongested = true
        try channel.pipeline.syncOperations.addHandler(DriverHandler(connection, makeDriver(self)))
    }

    /// Whether the connection is the first; then the others are closed, and its driver tells from here on.
    func claim(_ channel: any Channel) -> Bool {
        guard !isOver else { return false }
        end(except: channel)
        return true
    }

    private func finish(_ end: OutcallEnd) {
        guard !isOver else { return }
        self.end(except: nil)
        outcall.end(end)
    }

    private func end(except winner: (any Channel)?) {
        isOver = true
        timer?.cancel()
        next?.cancel()
        (timer, next) = (nil, nil)
        let others = channels.filter { $0 !== winner }
        channels = []
        for channel in others { channel.close(promise: nil) }
    }
}

extension Dialing {
    /// Why nobody has taken the call: each address's own reason, where there are several.
    private func sentence(and last: String?) -> String {
        let isCommon = faults.allSatisfy { $0.sentence == faults.first?.sentence } && (!namesEach || faults.count == 1)
        var all = faults.map { isCommon ? $0.sentence : "\($0.address): \($0.sentence)" }
        if isCommon { all = Array(all.prefix(1)) }
        if let last { all.append(last) }
        return all.isEmpty ? "there is no address to connect to" : all.joined(separator: "; ")
    }

    private static func sentence(_ error: any Error) -> String {
        if case .connectTimeout? = error as? ChannelError { return "it did not connect in time" }
        guard let error = error as? IOError else { return "the connection could not be made" }
        switch error.errnoCode {
        case ECONNREFUSED: return "the connection was refused"
        case EHOSTUNREACH, ENETUNREACH: return "the host can't be reached"
        case ENOENT: return "there is no such socket"
        case EACCES, EPERM: return "connecting isn't permitted"
        case EADDRNOTAVAIL: return "the address to call from isn't ours, or has no port left"
        default: return "the connection could not be made: \(unsafe String(cString: strerror(error.errnoCode)))"
        }
    }
}

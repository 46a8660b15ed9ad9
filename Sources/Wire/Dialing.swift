internal import Glibc
internal import NIOCore
internal import NIOPosix

/// One outcall's way to a connection: address after address, until one takes it.
///
/// Sendable although unchecked: all of it happens on the roster's loop.
final class Dialing: @unchecked Sendable {
    private let roster: LoopRoster
    private let entrance: Entrance
    private let outcall: Outcall
    private let deadline: NIODeadline
    private let makeDriver: () -> OutcallDriver
    private var addresses: [SocketAddress] = []
    private var channel: (any Channel)?
    private var timer: Scheduled<Void>?
    private var isOver = false

    init(
        _ roster: LoopRoster,
        _ entrance: Entrance,
        _ outcall: Outcall,
        _ deadline: NIODeadline,
        _ makeDriver: @escaping () -> OutcallDriver
    ) {
        self.roster = roster
        self.entrance = entrance
        self.outcall = outcall
        self.deadline = deadline
        self.makeDriver = makeDriver
    }

    func begin() {
        timer = roster.loop.scheduleTask(deadline: deadline) {
            let what = self.addresses.isEmpty && self.channel == nil ? "its name was not found" : "it did not connect"
            self.finish(.failed("\(what) in time"))
        }
    }

    func take(_ found: Result<[IPAddress], NameLookup.Failure>, port: UInt16) {
        switch found {
        case .success(let addresses): self.try(addresses, port: port)
        case .failure(let failure): finish(.failed(failure.sentence))
        }
    }

    func `try`(_ addresses: [IPAddress], port: UInt16) {
        self.addresses = addresses.reversed().compactMap {
            try? SocketAddress(ipAddress: $0.description, port: Int(port))
        }
        attempt(nil)
    }

    func `try`(unix path: String) {
        if let address = try? SocketAddress(unixDomainSocketPath: path) { addresses = [address] }
        attempt(nil)
    }

    /// Nobody waits for it any more.
    func cancel() { finish(.closed("closed")) }

    private func attempt(_ fault: (any Error)?) {
        guard !isOver else { return }
        let left = deadline - .now()
        guard let address = addresses.popLast() else {
            return finish(.failed(fault.map(Self.sentence) ?? "there is no address to connect to"))
        }
        // An address that doesn't answer leaves time for the others.
        let share = TimeAmount.nanoseconds(max(1, left.nanoseconds / Int64(addresses.count + 1)))
        let made = ClientBootstrap(group: roster.loop)
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                self.channel = channel
                return channel.eventLoop.makeCompletedFuture { try self.prepare(channel) }
            }
            .connectTimeout(share)
            .connect(to: address)
        made.whenComplete { result in
            switch result {
            case .success: self.connected()
            case .failure(let error): self.attempt(error)
            }
        }
    }

    private func prepare(_ channel: any Channel) throws {
        try Listeners.prepare(channel, roster)
        let connection = Connection(channel: channel, roster: roster, entrance: entrance)
        connection.kernelReads = false
        connection.isFresh = false
        connection.listensWhenCongested = true
        try channel.pipeline.syncOperations.addHandler(DriverHandler(connection, makeDriver()))
    }

    /// From here on the driver tells.
    private func connected() {
        isOver = true
        timer?.cancel()
        timer = nil
        channel = nil
    }

    private func finish(_ end: OutcallEnd) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        timer = nil
        outcall.end(end)
        channel?.close(promise: nil)
        channel = nil
    }

    private static func sentence(_ error: any Error) -> String {
        if case .connectTimeout? = error as? ChannelError { return "it did not connect in time" }
        guard let error = error as? IOError else { return "the connection could not be made" }
        switch error.errnoCode {
        case ECONNREFUSED: return "the connection was refused"
        case EHOSTUNREACH, ENETUNREACH: return "the host can't be reached"
        case ENOENT: return "there is no such socket"
        case EACCES, EPERM: return "connecting isn't permitted"
        default: return "the connection could not be made: \(unsafe String(cString: strerror(error.errnoCode)))"
        }
    }
}

internal import Glibc
internal import System

/// Listening sockets that the service manager has opened for us (sd_listen_fds(3)), each to be taken once.
public final class InheritedSockets: Sendable {
    /// The first descriptor that a service manager passes.
    private static let firstDescriptor: CInt = 3

    private let sockets: Locked<[InheritedSocket]>
    /// What was passed but isn't of use, as sentences for the operator.
    public let problems: [String]

    /// None.
    public init() {
        sockets = Locked([])
        problems = []
    }

    private init(_ sockets: [InheritedSocket], _ problems: [String]) {
        self.sockets = Locked(sockets)
        self.problems = problems
    }

    deinit {
        for socket in sockets.withLock({ $0 }) { close(socket.descriptor) }
    }

    /// Those that the environment names, which forgets them; only while there is one thread.
    public static func ofProcess() -> InheritedSockets { ofProcess(firstDescriptor) }

    static func ofProcess(_ first: CInt) -> InheritedSockets {
        let process = Environment.value("LISTEN_PID")
        let count = Environment.value("LISTEN_FDS")
        let names = Environment.value("LISTEN_FDNAMES")
        // Programs that we start are not meant.
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { Environment.set(name, nil) }
        guard let process, process == "\(getpid())", let count, let number = CInt(count), (1...1024).contains(number)
        else { return InheritedSockets() }
        return examined(first..<first + number, names?.split(separator: ":", omittingEmptySubsequences: false) ?? [])
    }

    private static func examined(_ descriptors: Range<CInt>, _ names: [Substring]) -> InheritedSockets {
        var sockets: [InheritedSocket] = []
        var problems: [String] = []
        for (place, descriptor) in descriptors.enumerated() {
            let name = place < names.count ? String(names[place]) : "unknown"
            if let socket = InheritedSocket(descriptor, name) {
                sockets.append(socket)
            } else {
                problems.append("What the service manager passes as \(name) is no listening stream socket.")
            }
        }
        return InheritedSockets(sockets, problems)
    }

    /// The socket that listens on the address; the caller owns it.
    func take(_ address: ListenAddress) -> CInt? {
        sockets.withLock { sockets in
            guard let place = sockets.firstIndex(where: { $0.listens(on: address) }) else { return nil }
            return sockets.remove(at: place).descriptor
        }
    }

    /// Names and addresses of those that nobody has taken, for a warning.
    public var remaining: [String] {
        sockets.withLock { $0.map { "\($0.name) (\($0.address))" } }
    }
}

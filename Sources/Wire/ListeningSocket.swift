internal import Glibc

/// Owns a listening descriptor until NIO takes it over.
///
/// A class, because arrays cannot hold what can't be copied. Sendable although unchecked, because one thread at a time has
/// it: the one that binds, then, out of ``Listeners``'s lock, the one that accepts.
final class ListeningSocket: @unchecked Sendable {
    let requested: ListenAddress
    let options: ListenerOptions
    /// Whether the service manager has made it, and keeps it when we go.
    let isInherited: Bool
    private(set) var actual: ListenAddress
    /// Which loop takes its connections.
    let loop: Int
    private let isDualStack: Bool
    private var descriptor: CInt = -1

    /// Connections that wait to be accepted; the kernel caps it at `net.core.somaxconn`.
    static let backlog: CInt = 4096

    /// Binds and listens, so that an address in use shows now.
    ///
    /// `dualStack` lets `::` take IPv4 as well.
    init(_ listener: Listener, dualStack: Bool) throws(BindError) {
        let address = listener.address
        requested = address
        options = listener.options
        isInherited = false
        actual = address
        loop = 0
        isDualStack = dualStack
        switch address {
        case .tcp(let host, let port): try bindTCP(host: host, port: port, dualStack: dualStack, joining: false)
        case .unix(let path, let mode): try bindUnix(path: path, mode: mode)
        }
        try listen()
    }

    /// Joins another one's port, so that the kernel spreads connections over both.
    init(joining other: ListeningSocket, loop: Int) throws(BindError) {
        requested = other.requested
        options = other.options
        isInherited = false
        actual = other.actual
        self.loop = loop
        isDualStack = other.isDualStack
        guard case .tcp(let host, let port) = other.actual else {
            preconditionFailure("A Unix socket has one listener only.")
        }
        try bindTCP(host: host, port: port, dualStack: isDualStack, joining: true)
        try listen()
    }

    /// Takes over one that listens already.
    init(_ listener: Listener, inheriting descriptor: CInt) {
        requested = listener.address
        options = listener.options
        isInherited = true
        actual = listener.address
        loop = 0
        isDualStack = true
        self.descriptor = descriptor
        if case .tcp = requested { set(CInt(IPPROTO_TCP), TCP_NODELAY, 1) }
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// Whether it isn't one that joined another.
    var isFirst: Bool { loop == 0 }

    /// Whether its connections are spread over all loops, because no other socket can join it.
    ///
    /// Joining a port below 1024 takes privileges, which who inherits a socket need not have.
    var isShared: Bool {
        guard case .tcp = requested else { return true }
        return isInherited
    }

    var bound: BoundAddress {
        BoundAddress(requested: requested, actual: actual, options: options, isInherited: isInherited)
    }

    /// Gives the descriptor away.
    func release() -> CInt {
        defer { descriptor = -1 }
        return descriptor
    }
}

extension ListeningSocket {
    private func bindTCP(host: String, port: UInt16, dualStack: Bool, joining: Bool) throws(BindError) {
        if let address = IPText.v4(host) {
            try open(AF_INET)
            try prepareTCP(joining: joining)
            try check(bind(AF_INET, port, address, padding: 8))
        } else if let address = IPText.v6(host) {
            do {
                try open(AF_INET6)
            } catch  where error.errno == EAFNOSUPPORT && dualStack && (host == "::" || host == "::0") {
                // A machine without IPv6 still takes mail on every address it has.
                return try bindTCP(host: "0.0.0.0", port: port, dualStack: false, joining: joining)
            }
            try prepareTCP(joining: joining)
            set(CInt(IPPROTO_IPV6), IPV6_V6ONLY, dualStack ? 0 : 1)
            try check(bind(AF_INET6, port, address, gap: 4, padding: 4))
        } else {
            throw BindError(address: requested, errno: EINVAL, description: "\(host) is no IP address.")
        }
        // Only now: had it been set before, another process with the same setting could share the port unnoticed.
        set(SOL_SOCKET, SO_REUSEPORT, 1)
        if port == 0 { actual = .tcp(host: host, port: boundPort()) }
    }

    private func prepareTCP(joining: Bool) throws(BindError) {
        set(SOL_SOCKET, SO_REUSEADDR, 1)
        if joining { set(SOL_SOCKET, SO_REUSEPORT, 1) }
        // Accepted connections inherit it, which saves each of them a system call.
        set(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    private func open(_ family: CInt) throws(BindError) {
        descriptor = socket(family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        try check(descriptor)
    }

    /// Lays out a `sockaddr_in` or `sockaddr_in6` by bytes (ip(7), ipv6(7)).
    ///
    /// Two modules bring these structures, Glibc and NIO's, and naming their members would ask for both. Before the
    /// address IPv6 has a flow label, behind it a scope; both are 0 here.
    private func bind<Address>(
        _ family: CInt,
        _ port: UInt16,
        _ address: Address,
        gap: Int = 0,
        padding: Int
    ) -> CInt {
        var whole = unsafe withUnsafeBytes(of: sa_family_t(family)) { unsafe Array($0) }
        whole += unsafe withUnsafeBytes(of: port.bigEndian) { unsafe Array($0) }
        whole += [UInt8](repeating: 0, count: gap)
        whole += unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
        whole += [UInt8](repeating: 0, count: padding)
        return unsafe whole.withUnsafeBytes { unsafe bind($0) }
    }

    private func bind(_ address: UnsafeRawBufferPointer) -> CInt {
        guard let start = address.baseAddress else { return -1 }
        return unsafe Glibc.bind(descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
    }

    private func boundPort() -> UInt16 {
        var whole = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutableBytes(of: &whole) { bytes -> UInt16 in
            guard let start = bytes.baseAddress,
                unsafe getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length) == 0
            else { return 0 }
            // The port sits at the same place in both families.
            return unsafe UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    private func listen() throws(BindError) {
        try check(Glibc.listen(descriptor, Self.backlog))
    }

    private func set(_ level: CInt, _ name: CInt, _ value: CInt) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }
}

extension ListeningSocket {
    private func bindUnix(path: String, mode: UInt16?) throws(BindError) {
        try open(AF_UNIX)
        removeStale(path)
        var whole = sockaddr_un()
        whole.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &whole.sun_path) { room in
            unsafe room.copyBytes(from: path.utf8.prefix(room.count - 1))
        }
        try check(unsafe withUnsafeBytes(of: &whole) { unsafe bind($0) })
        // Before listening, so that nobody connects while the permissions are still the wrong ones.
        if let mode { try check(unsafe chmod(path, mode_t(mode))) }
    }

    /// Takes away the socket of a process that is gone; one that answers is left, and binding then fails.
    private func removeStale(_ path: String) {
        var facts = stat()
        guard unsafe lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK else { return }
        guard !answers(path) else { return }
        _ = unsafe unlink(path)
    }

    private func answers(_ path: String) -> Bool {
        let probe = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { return true }
        defer { Glibc.close(probe) }
        var whole = sockaddr_un()
        whole.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &whole.sun_path) { room in
            unsafe room.copyBytes(from: path.utf8.prefix(room.count - 1))
        }
        let result = unsafe withUnsafeBytes(of: &whole) { bytes -> CInt in
            guard let start = bytes.baseAddress else { return -1 }
            return unsafe connect(probe, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        return result == 0 || errno != ECONNREFUSED
    }

    private func check(_ result: CInt) throws(BindError) {
        guard result < 0 else { return }
        throw BindError(address: requested, errno: errno, description: Self.sentence(errno, actual))
    }

    private static func sentence(_ code: CInt, _ address: ListenAddress) -> String {
        switch code {
        case EADDRINUSE: "\(address) is in use by another process."
        case EACCES, EPERM: "Listening on \(address) isn't permitted to this user."
        case EADDRNOTAVAIL: "\(address) can't be listened on because this machine doesn't have the address."
        case EAFNOSUPPORT: "\(address) can't be listened on because this machine doesn't have its address family."
        case ENOENT: "\(address) can't be listened on because its folder doesn't exist."
        default: "\(address) can't be listened on: \(unsafe String(cString: strerror(code)))."
        }
    }
}

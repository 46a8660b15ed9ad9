import Glibc

/// A name server on the loopback that takes questions and never answers.
final class SilentServer: Sendable {
    private let socket: Int32
    /// As a forwarder is written.
    let address: String

    init() {
        socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        let port = Loopback.bind(socket)
        precondition(port != 0, "The loopback gives a port.")
        address = "127.0.0.1@\(port)"
    }

    deinit { _ = close(socket) }
}

enum Loopback {
    /// Binds to a port that the kernel picks, and says which; 0 when it can't.
    static func bind(_ socket: Int32) -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let done = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
            }
        }
        return done ? UInt16(bigEndian: address.sin_port) : 0
    }

    /// A port that was free a moment ago, for a daemon that must be told one.
    static func freePort() -> UInt16 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { _ = close(listener) }
        return bind(listener)
    }
}

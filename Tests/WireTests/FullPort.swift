import Glibc

/// A port where nobody gets through: the kernel's queue is full, so that it answers no further SYN.
final class FullPort {
    private let silent: SilentPort
    private var callers: [CInt] = []
    var port: UInt16 { silent.port }

    init() throws {
        silent = try SilentPort(backlog: 0)
        // One more than the backlog is queued; whoever comes then waits.
        for _ in 0..<2 { callers.append(try Self.call(silent.port)) }
    }

    deinit { for caller in callers { close(caller) } }

    private static func call(_ port: UInt16) throws -> CInt {
        let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let status = unsafe withUnsafePointer(to: &address) { place in
            unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                unsafe connect(descriptor, place, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 || errno == EINPROGRESS else { throw SilentPort.Failure(errno: errno) }
        return descriptor
    }
}

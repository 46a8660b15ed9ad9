import Glibc

/// A port whose connections the kernel takes, and nobody reads.
final class SilentPort {
    private let descriptor: CInt
    let port: UInt16

    struct Failure: Error { let errno: CInt }

    init(backlog: CInt = 100) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = unsafe withUnsafeMutablePointer(to: &address) { place in
            unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                unsafe bind(descriptor, place, length) == 0 && listen(descriptor, backlog) == 0
                    && getsockname(descriptor, place, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard status else { throw Failure(errno: errno) }
    }

    deinit { close(descriptor) }

    /// The next connection, which the caller closes.
    func accept() -> CInt {
        let taken = Glibc.accept(descriptor, nil, nil)
        var time = timeval(tv_sec: 20, tv_usec: 0)
        _ = unsafe setsockopt(taken, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        return taken
    }

    /// Reads some bytes away; how many.
    func read(_ connection: CInt) -> Int {
        unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { room in
            unsafe max(0, recv(connection, room.baseAddress, room.count, 0))
        }
    }
}

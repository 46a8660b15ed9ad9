internal import Glibc

/// The name of a unix socket: a path, or behind an @ an abstract name (unix(7)).
struct UnixAddress {
    private let name: String
    private var address = sockaddr_un()
    private let length: socklen_t

    /// - Throws: `ENAMETOOLONG`.
    init(_ name: String) throws(SystemError) {
        self.name = name
        var bytes = Array(name.utf8)
        let isAbstract = bytes.first == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemError(errno: ENAMETOOLONG, call: "connect", path: name)
        }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        // A path ends in a NUL; an abstract name is as long as it is said to be.
        length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
    }

    /// A socket that is connected to it.
    func connect(_ kind: __socket_type, flags: Int32 = 0) throws(SystemError) -> FileDescriptor {
        let number = socket(AF_UNIX, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | flags, 0)
        guard number >= 0 else { throw SystemError(errno: Glibc.errno, call: "socket", path: name) }
        let descriptor = FileDescriptor(owning: number, path: name)
        let result = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe Glibc.connect(number, generic, length)
            }
        }
        guard result == 0 else { throw SystemError(errno: Glibc.errno, call: "connect", path: name) }
        return descriptor
    }
}

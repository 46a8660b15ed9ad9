internal import Glibc

/// A client's connection to a unix socket, for one question and one answer.
public struct UnixConnection: ~Copyable {
    private let descriptor: FileDescriptor

    public static func open(_ path: String) throws(SystemError) -> UnixConnection {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemError(errno: Glibc.errno, call: "socket", path: path) }
        let descriptor = FileDescriptor(owning: number, path: path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else { throw SystemError(errno: ENAMETOOLONG, call: "connect", path: path) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(number, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw SystemError(errno: Glibc.errno, call: "connect", path: path) }
        return UnixConnection(descriptor: descriptor)
    }

    private init(descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Sends a line and returns all that comes until the other side closes.
    public consuming func ask(_ line: String, limit: Int = 16 << 20) throws(SystemError) -> String {
        try descriptor.writeAll(line + "\n")
        return String(decoding: try descriptor.readAll(limit: limit), as: UTF8.self)
    }
}

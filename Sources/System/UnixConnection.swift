internal import Glibc

/// A client's connection to a unix socket, for one question and one answer.
public struct UnixConnection: ~Copyable {
    private let descriptor: FileDescriptor

    public static func open(_ path: String) throws(SystemError) -> UnixConnection {
        let descriptor = try UnixAddress(path).connect(SOCK_STREAM)
        return UnixConnection(descriptor: descriptor)
    }

    private init(descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Sends a line and returns all that comes until the other side closes.
    public consuming func ask(_ line: String, limit: Int = 16 << 20) throws(SystemError) -> String {
        try descriptor.writeAll(line + "\n")
        return String(decoding: try descriptor.readAll(limit: limit), as: UTF8.self)
    }
}

import Glibc

/// A blocking client, so that a test reads like the dialogue it checks.
struct Client: ~Copyable {
    private let descriptor: CInt

    struct Failure: Error { let errno: CInt }

    /// Connects to a port of 127.0.0.1.
    init(port: UInt16, receiveBuffer: CInt? = nil) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if var size = receiveBuffer {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try unsafe withUnsafeBytes(of: &address) { unsafe try Self.connect(descriptor, $0) }
        try setTimeouts()
        // Small writes leave as they are made.
        var yes: CInt = 1
        _ = unsafe setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
    }

    init(path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        try unsafe withUnsafeBytes(of: &address) { unsafe try Self.connect(descriptor, $0) }
        try setTimeouts()
    }

    deinit { close(descriptor) }

    private static func connect(_ descriptor: CInt, _ address: UnsafeRawBufferPointer) throws {
        guard let start = address.baseAddress,
            unsafe Glibc.connect(
                descriptor,
                start.assumingMemoryBound(to: sockaddr.self),
                socklen_t(address.count)
            ) == 0
        else { throw Failure(errno: errno) }
    }

    /// No test waits for ever for a server that has gone wrong.
    private func setTimeouts() throws {
        var time = timeval(tv_sec: 20, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            let size = socklen_t(MemoryLayout<timeval>.size)
            guard unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, size) == 0 else {
                throw Failure(errno: errno)
            }
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    descriptor,
                    bytes.baseAddress.map { unsafe $0 + sent },
                    bytes.count - sent,
                    CInt(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw Failure(errno: errno) }
            sent += count
        }
    }

    /// Sends what fits without waiting; how much that was.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            let flags = CInt(MSG_NOSIGNAL | MSG_DONTWAIT)
            return unsafe max(0, Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags))
        }
    }

    /// Bytes that the other kernel hasn't taken yet.
    var unsent: CInt {
        var count: CInt = 0
        _ = unsafe ioctl(descriptor, UInt(TIOCOUTQ), &count)
        return count
    }

    /// Another descriptor of the same socket, which the caller closes.
    func duplicate() -> CInt { dup(descriptor) }

    /// Stops sending but goes on reading.
    func endSending() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Reads until `end` has come, or the server has closed.
    func read(until end: String) throws -> String {
        let end = Array(end.utf8)
        var all: [UInt8] = []
        while !all.reversed().starts(with: end.reversed()) {
            let bytes = try read(atMost: 1)
            guard !bytes.isEmpty else { break }
            all += bytes
        }
        return String(decoding: all, as: UTF8.self)
    }

    func readLine() throws -> String { try read(until: "\n") }

    /// Reads until the server closes.
    func readAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let bytes = try read(atMost: 1 << 16)
            guard !bytes.isEmpty else { return all }
            all += bytes
        }
    }

    func read(atMost count: Int) throws -> [UInt8] {
        var failure: CInt = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            let count = unsafe recv(descriptor, room.baseAddress, room.count, 0)
            if count < 0 { failure = errno }
            filled = max(0, count)
        }
        guard failure == 0 else { throw Failure(errno: failure) }
        return bytes
    }
}

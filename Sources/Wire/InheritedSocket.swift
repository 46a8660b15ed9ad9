internal import Glibc

/// A listening socket that the service manager has passed, and where it listens.
struct InheritedSocket {
    let descriptor: CInt
    let name: String
    let address: ListenAddress

    /// Nil for what is no listening stream socket.
    init?(_ descriptor: CInt, _ name: String) {
        guard Self.option(descriptor, SO_ACCEPTCONN) == 1,
            Self.option(descriptor, SO_TYPE) == CInt(SOCK_STREAM.rawValue),
            let address = Self.address(of: descriptor)
        else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        self.descriptor = descriptor
        self.name = name
        self.address = address
    }

    /// Whether it is what the configuration means, however that writes it.
    func listens(on other: ListenAddress) -> Bool {
        switch (address, other) {
        case (.unix(let path, _), .unix(let wanted, _)): path == wanted
        case (.tcp(let host, let port), .tcp(let wanted, let wantedPort)):
            port == wantedPort && IPAddress(host) == IPAddress(wanted)
        case (.unix, .tcp), (.tcp, .unix): false
        }
    }

    private static func option(_ descriptor: CInt, _ name: CInt) -> CInt? {
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }

    private static func address(of descriptor: CInt) -> ListenAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutableBytes(of: &storage) { bytes -> ListenAddress? in
            guard let start = bytes.baseAddress,
                unsafe getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length) == 0
            else { return nil }
            let bytes = UnsafeRawBufferPointer(bytes)
            // The port sits at the same place in both families.
            let port = UInt16(bigEndian: unsafe bytes.load(fromByteOffset: 2, as: UInt16.self))
            switch unsafe CInt(bytes.load(as: sa_family_t.self)) {
            case AF_INET: return .tcp(host: unsafe IPAddress(socketV4: bytes).description, port: port)
            case AF_INET6: return .tcp(host: unsafe IPAddress(socketV6: bytes).description, port: port)
            case AF_UNIX:
                return unsafe path(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(2).prefix(Int(length) - 2)))
            default: return nil
            }
        }
    }

    /// An abstract address begins with a NUL, and cannot be asked for here.
    private static func path(_ bytes: UnsafeRawBufferPointer) -> ListenAddress? {
        let path = unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        return path.isEmpty ? nil : .unix(path: path, mode: nil)
    }
}

internal import Glibc
internal import NIOPosix
internal import System

/// Asks the C library for hosts' addresses, on a few threads of its own, for getaddrinfo(3) blocks.
final class NameLookup: Sendable {
    struct Failure: Error { let sentence: String }

    /// How many names are looked up at the same time.
    private static let threads = 4
    /// How many may wait for their turn.
    private static let waitingLimit = 1000

    private struct State {
        /// Nil until the first name.
        var pool: NIOThreadPool?
        var waiting = 0
        var isStopped = false
    }

    private let state = Locked(State())

    /// Answers on any thread, once; never after ``stop()``.
    func look(up name: String, _ answer: @escaping @Sendable (Result<[IPAddress], Failure>) -> Void) {
        let pool = state.withLock { state -> NIOThreadPool? in
            guard !state.isStopped, state.waiting < Self.waitingLimit else { return nil }
            state.waiting += 1
            return Self.pool(&state)
        }
        guard let pool else {
            return answer(.failure(Failure(sentence: "too many names are being looked up")))
        }
        pool.submit { [state] turn in
            let found = turn == .active ? Self.find(name) : nil
            state.withLock { $0.waiting -= 1 }
            if let found { answer(found) }
        }
    }

    private static func pool(_ state: inout State) -> NIOThreadPool {
        if let pool = state.pool { return pool }
        let pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
        state.pool = pool
        return pool
    }

    /// What is being looked up is not waited for.
    func stop() {
        let pool = state.withLock { state in
            state.isStopped = true
            return state.pool.take()
        }
        pool?.shutdownGracefully { _ in }
    }

    private static func find(_ name: String) -> Result<[IPAddress], Failure> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(name, nil, &hints, &list)
        defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
        guard status == 0 else {
            return .failure(
                Failure(sentence: "its name was not found: \(unsafe String(cString: gai_strerror(status)))")
            )
        }
        var addresses: [IPAddress] = []
        var entry = unsafe list
        while let found = unsafe entry {
            if let address = unsafe address(found.pointee), !addresses.contains(address) { addresses.append(address) }
            unsafe entry = found.pointee.ai_next
        }
        return .success(addresses)
    }

    private static func address(_ found: addrinfo) -> IPAddress? {
        guard let start = unsafe found.ai_addr else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(found.ai_addrlen))
        switch unsafe found.ai_family {
        case AF_INET where bytes.count >= 8: return unsafe IPAddress(socketV4: bytes)
        case AF_INET6 where bytes.count >= 24: return unsafe IPAddress(socketV6: bytes)
        default: return nil
        }
    }
}

/// A connection to another host, for one task at a time.
///
/// It is closed when nobody keeps it any more. Nothing of it blocks a thread; each method waits for the timeout that
/// ``Net/connect(host:port:tls:timeout:stepTimeout:)`` was given, and ends early when its task is cancelled.
public final class NetConnection: Sendable {
    private let net: Net
    private let timeout: Duration
    private let connectTimeout: Duration
    private let post: NetPost

    init(_ net: Net, timeout: Duration, connectTimeout: Duration) {
        self.net = net
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        post = NetPost(net)
    }

    /// Whether neither side is known to have closed it; what has come may still be read when one has.
    public var isOpen: Bool { post.end == nil }

    deinit { close() }

    func open(_ address: String, _ tls: NetTLS?) async throws(NetError) {
        let flags = tls.map { $0.flags | UInt32(HK_NET_TLS) } ?? 0
        let ud = unsafe Unmanaged.passRetained(post)
        var token: hk_conn = 0
        let status = unsafe address.withView { address in
            unsafe net.table.pointee.connect(
                net.host.tables.context,
                address,
                flags,
                UInt32(clamping: max(1, connectTimeout.milliseconds)),
                NetPost.event,
                ud.toOpaque(),
                &token
            )
        }
        guard status == hk_status(HK_OK) else {
            unsafe ud.release()
            throw Self.misuse(status, "connect")
        }
        post.token = token
        try await connected(1, within: connectTimeout)
    }

    /// Sends bytes; returns when the server has taken them, not when the other side has.
    public func write(_ bytes: [UInt8]) async throws(NetError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(256 << 10))
            post.expectRoom()
            let status = unsafe part.withView {
                unsafe net.table.pointee.write(net.host.tables.context, post.token, $0)
            }
            switch Int(status) {
            case HK_OK: rest = rest.dropFirst(part.count)
            case HK_E_LIMIT:
                try await post.wait(timeout) { $0.isWritable || $0.isOver }
                if let end = post.end { throw end }
            case HK_E_STALE: throw await ended()
            default: throw Self.misuse(status, "write")
            }
        }
    }

    /// Sends a text.
    public func write(_ text: String) async throws(NetError) { try await write(Array(text.utf8)) }

    /// The next bytes, at least one; nil when the other side has closed.
    public func read() async throws(NetError) -> [UInt8]? {
        try await post.wait(timeout) { $0.count > 0 || $0.isOver }
        let bytes = post.takeAll()
        guard bytes.isEmpty else { return bytes }
        if let end = post.end, end.kind != .closed { throw end }
        return nil
    }

    /// The next line without its line end, LF or CRLF; bytes that are not UTF-8 become U+FFFD.
    ///
    /// A connection that ends before the line does is an error, and so is a line of more than `limit` bytes.
    public func readLine(limit: Int = 4096) async throws(NetError) -> String {
        while true {
            if let line = try post.takeLine(limit: limit) { return String(decoding: line, as: UTF8.self) }
            if let end = post.end { throw end }
            try await post.wait(timeout) { $0.hasLine || $0.count > limit || $0.isOver }
        }
    }

    /// Begins TLS; the certificate has to be for `serverName`, or for the host that was connected to.
    ///
    /// What was read in the clear and not taken yet is forgotten.
    public func startTLS(_ tls: NetTLS = .verified, serverName: String? = nil) async throws(NetError) {
        let before = post.connections
        _ = post.takeAll()
        let status = unsafe serverName.withView { name in
            unsafe net.table.pointee.start_tls(net.host.tables.context, post.token, name, tls.flags)
        }
        switch Int(status) {
        case HK_OK: break
        case HK_E_STALE: throw await ended()
        default: throw Self.misuse(status, "start_tls")
        }
        // The server gives a later handshake the time of `connect`, too.
        try await connected(before + 1, within: max(timeout, connectTimeout))
    }

    /// Sends what was written and closes.
    public func close() { _ = unsafe net.table.pointee.close(net.host.tables.context, post.token) }

    private func connected(_ count: Int, within timeout: Duration) async throws(NetError) {
        do throws(NetError) {
            try await post.wait(timeout + .seconds(1)) { $0.connections >= count || $0.isOver }
        } catch {
            close()
            throw error
        }
        if let end = post.end, post.connections < count { throw end }
    }

    /// Why the server doesn't know it any more: it says so in a moment, unless this side has closed it.
    private func ended() async -> NetError {
        try? await post.wait(timeout) { $0.isOver }
        return post.end ?? NetError(.closed, "the connection was closed")
    }

    private static func misuse(_ status: hk_status?, _ operation: String) -> NetError {
        NetError(.misused, "\(HostError(status, "net.\(operation)"))")
    }
}

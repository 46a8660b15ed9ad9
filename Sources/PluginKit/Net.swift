/// Client connections on the server's event loops: `try host.net`.
///
/// The plugin needs the capability `net`, which the operator grants in `config/plugins.ini`.
@safe public struct Net: @unchecked Sendable {  // R7: the table lives, unchanged, until the process ends
    let host: Host
    let table: UnsafePointer<hk_ext_net>

    init(_ host: Host) throws(HostError) {
        guard let table = unsafe host.tableOfFunctions("haraka.net/1") else {
            throw HostError(HK_E_DENIED, "haraka.net/1, capability net")
        }
        self.host = host
        unsafe self.table = table.assumingMemoryBound(to: hk_ext_net.self)
    }

    /// Connects to a port; `host` is a name or an IP address without brackets.
    ///
    /// The timeout is for this, its TLS handshake included, and for each thing that is done with the connection later unless
    /// `stepTimeout` is there for those.
    public func connect(
        host: String,
        port: Int,
        tls: NetTLS? = nil,
        timeout: Duration = .seconds(30),
        stepTimeout: Duration? = nil
    ) async throws(NetError) -> NetConnection {
        try await connect(
            to: host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)",
            tls,
            timeout,
            stepTimeout
        )
    }

    /// Connects to a unix socket.
    public func connect(
        path: String,
        timeout: Duration = .seconds(30),
        stepTimeout: Duration? = nil
    ) async throws(NetError) -> NetConnection {
        try await connect(to: path, nil, timeout, stepTimeout)
    }

    private func connect(
        to address: String,
        _ tls: NetTLS?,
        _ timeout: Duration,
        _ stepTimeout: Duration?
    ) async throws(NetError) -> NetConnection {
        let connection = NetConnection(self, timeout: stepTimeout ?? timeout, connectTimeout: timeout)
        try await connection.open(address, tls)
        return connection
    }
}

extension Host {
    /// Client connections; throws when the operator hasn't granted the capability `net`, which then refuses `init`.
    public var net: Net {
        get throws(HostError) { try Net(self) }
    }
}

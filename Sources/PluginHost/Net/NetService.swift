/// Client connections for plugins; the server supplies them on its event loops.
public protocol NetService: Sendable {
    /// Begins to connect and returns at once; `events` is told what becomes of it, maybe before this returns.
    ///
    /// Looking up the name, connecting and the first TLS handshake together may take as long as `timeout`, each later
    /// handshake too.
    func connect(
        to target: NetTarget,
        security: NetSecurity?,
        timeout: Duration,
        events: any NetEvents
    ) -> any NetLink
}

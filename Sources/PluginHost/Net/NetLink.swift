/// The server's end of a plugin's connection; usable on any thread.
public protocol NetLink: Sendable {
    /// Sends bytes, all of them or none; before the connection stands they wait.
    func write(_ bytes: [UInt8]) -> NetAcceptance
    /// Begins TLS behind what was written; false when the connection has ended.
    func startTLS(_ security: NetSecurity) -> Bool
    /// Stops or goes on reading.
    func pause(_ isPaused: Bool)
    /// Sends what was written and closes.
    func close()
}

/// DNS for plugins; the server supplies it.
public protocol DNSService: Sendable {
    /// Asks once and returns at once; `done` is called once, on any thread, maybe before that; not after a throw.
    func ask(
        _ name: String,
        type: UInt16,
        timeout: Duration,
        _ done: @escaping @Sendable (DNSReply) -> Void
    ) throws(ServiceFault)
}

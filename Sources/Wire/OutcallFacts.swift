/// What is known of an outcall that stands.
public struct OutcallFacts: Sendable, Equatable {
    /// The address that has taken the call.
    public let remote: PeerAddress
    public let local: PeerAddress
    /// Nil in the clear.
    public let tls: OutcallTLS?

    init(_ peer: Connection, _ tls: OutcallTLS?) {
        remote = peer.remote
        local = peer.local
        self.tls = tls
    }
}

/// What is known of an outcall that stands.
public struct OutcallFacts: Sendable, Equatable {
    /// The address that has taken the call.
    public let remote: PeerAddress
    public let local: PeerAddress
    /// Nil in the clear.
    public let tls: OutcallTLS?

    public init(remote: PeerAddress, local: PeerAddress, tls: OutcallTLS?) {
        self.remote = remote
        self.local = local
        self.tls = tls
    }

    init(_ peer: Connection, _ tls: OutcallTLS?) { self.init(remote: peer.remote, local: peer.local, tls: tls) }
}

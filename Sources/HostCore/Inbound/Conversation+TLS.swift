internal import PluginHost
internal import SMTP
internal import TLS
internal import Wire

extension Conversation {
    /// Goes over to TLS behind the 220; what the client sent behind STARTTLS is thrown away.
    func startTLS(_ done: Int, _ peer: Peer) -> Int {
        peer.flush()
        summary.bytes += done
        return done
    }
}

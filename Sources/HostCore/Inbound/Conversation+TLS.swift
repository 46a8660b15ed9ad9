internal import PluginHost
internal import SMTP
internal import TLS
internal import Wire

extension Conversation {
    /// Goes over to TLS behind the 220; what the client sent behind STARTTLS is thrown away.
    func startTLS(_ done: Int, _ peer: Peer) -> Int {
        summary.bytes += done
        peer.startTLS()
        return done
    }

    func secured(_ facts: TLS.TLSFacts, _ peer: Peer) {
        if peer.droppedPlaintext > 0 {
            house.journal.log.notice(
                "plaintext behind STARTTLS dropped",
                id: summary.id,
                [("ip", .text(summary.ip)), ("bytes", LogValue(peer.droppedPlaintext))]
            )
        }
        // Nothing that was said in the clear counts any more: RFC 3207 §4.2.
        summary.helo = ""
        summary.esmtp = false
        plugins.clearHello()
        forgetUser()
        learn(facts, peer)
        peer.arm(deadline: house.settings.inactivityTimeout)
    }

    /// Tells session, plugins and log what TLS is like.
    func learn(_ facts: TLS.TLSFacts, _ peer: Peer) {
        session.tlsStarted(
            SMTP.TLSFacts(
                exporter: peer.tlsExporter,
                serverEndPoint: peer.tlsServerEndPoint,
                certificateIdentity: facts.peer?.identity
            )
        )
        let description = "\(facts.version) \(facts.cipher)"
        summary.cipher = description
        plugins.setTLS(description)
        house.journal.log.info(
            "tls",
            id: summary.id,
            [
                ("ip", .text(summary.ip)), ("version", .text(facts.version)), ("cipher", .text(facts.cipher)),
                ("sni", .text(facts.serverName ?? "")), ("resumed", .flag(facts.isResumed)),
                ("client", .text(facts.peer?.subject ?? "")), ("fault", .text(facts.peer?.fault ?? "")),
            ]
        )
    }

    func failed(_ fault: WireFault, _ peer: Peer) {
        if fault == .clientHello {
            send(Reply(521, EnhancedCode(5, 5, 2), "This port does not begin with TLS; connect without it"))
        }
        house.journal.log.notice(
            "connection given up",
            id: summary.id,
            [("ip", .text(summary.ip)), ("reason", .text("\(fault)"))]
        )
    }
}

internal import PluginHost
internal import SMTP
internal import Wire

extension Conversation {
    /// Goes on with the client that a trusted host speaks for, from the question whether it may speak at all.
    ///
    /// As in Haraka the connection has a new id, `connect_init` is not run again, `lookup_rdns` only for want of a name,
    /// and no connection is counted anew.
    func restart(as client: ClientIdentity, by plugin: Int?) -> Step? {
        guard let peer else { return nil }
        let id = house.newID()
        house.journal.log.info(
            "client identified",
            id: summary.id,
            plugin: plugin.map { plugins.pluginName($0) },
            [
                ("ip", .text(summary.ip)), ("client", .text(client.remoteIP)),
                ("rdns", .text(client.remoteHost ?? "")), ("auth", .text(client.authUser ?? "")), ("uuid", .text(id)),
            ]
        )
        // The line of a client that sent mail is its own, whoever comes behind it.
        if summary.transactions > 0 { sumUp() }
        plugins.restart(id: id, as: client)
        let port = client.localPort != 0 ? client.localPort : peer.local.port
        session.restart(
            house.rules(port: port, remote: client.remoteIP, peer.listener),
            user: client.authUser,
            hello: client.helloHost.map { _ in hello(of: client, peer.listener) }
        )
        authFailures = 0
        relaysByAuth = client.authUser != nil
        introduce(client, id)
        return client.remoteHost == nil ? .lookupRDNS : .connect
    }

    private func hello(of client: ClientIdentity, _ listener: ListenerOptions) -> HelloVerb {
        if listener.dialect == .lmtp { return .lhlo }
        return client.isESMTP ? .ehlo : .helo
    }

    private func introduce(_ client: ClientIdentity, _ id: String) {
        var next = ConnectionSummary(id: id)
        next.cipher = summary.cipher
        next.ip = client.remoteIP
        next.rdns = client.remoteHost ?? ""
        next.helo = client.helloHost ?? ""
        next.esmtp = client.isESMTP
        next.auth = client.authUser
        summary = next
    }
}

package import PluginKit
import Settings

/// Says who may send anywhere: clients by address, everybody, or anybody to certain domains.
package struct Relay: Plugin {
    package static let id = "org.haraka.relay"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] {
        [
            .connectInit(admit, inline: true),
            .connect(spare, inline: true),
            .rcpt(rcpt, inline: true),
            .rcptOK(route, inline: true),
            .getMX(nextHop, inline: true),
        ]
    }

    private static let nextHopNote = "@queue/next_hop"

    private let host: Host
    private let settings: Current<RelaySettings>

    package init(_ host: Host) throws {
        self.host = host
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    /// Lets a client of the access list relay.
    @Sendable private func admit(_ connection: borrowing Connection) {
        guard settings.get().allows(connection.remoteIP) else { return }
        connection.relaying = true
        connection.result(.pass, "acl")
    }

    /// Ends the checks of `connect` for a client of the access list: block lists are for strangers.
    @Sendable private func spare(_ connection: borrowing Connection) -> Verdict {
        connection.relaying && settings.get().allows(connection.remoteIP) ? .ok : .continue
    }

    /// Settles a recipient by its domain, or whoever it is with `all`.
    @Sendable private func rcpt(_ recipient: borrowing Recipient) -> Verdict {
        let settings = settings.get()
        if !recipient.relaying, settings.usesDestinations {
            switch settings.action(for: recipient.domain) {
            case .deny:
                recipient.result(.fail, "relay_dest_domain")
                return .deny("Mail for that domain is not relayed here", code: 550, enhanced: "5.7.1")
            case .accept:
                // The client stays one that may not relay: in Haraka its next recipient could be anywhere.
                recipient.result(.pass, "relay_dest_domain")
                return .ok
            case .continue, nil: break
            }
        }
        guard settings.all else { return .continue }
        recipient.relaying = true
        return .ok
    }

    /// Keeps the forced next hop for queue plugins, as long as it is the same for every recipient.
    @Sendable private func route(_ recipient: borrowing Recipient) throws {
        let settings = settings.get()
        guard settings.forcesRouting else { return }
        let hop = settings.nextHop(for: recipient.domain)
        let notes = recipient.transactionNotes
        if recipient.recipientCount == 1 {
            try notes.set(hop.map { .string($0) }, for: Self.nextHopNote)
        } else if try notes.value(Self.nextHopNote)?.string != hop {
            try notes.set(nil, for: Self.nextHopNote)
        }
    }

    /// Names the forced next hop of a domain.
    @Sendable private func nextHop(_ delivery: borrowing Delivery) throws -> Verdict {
        guard let hop = settings.get().nextHop(for: delivery.domain) else { return .continue }
        guard let hop = NextHop(parsing: hop) else { return .denySoft("relay_dest_domains.ini names no host: \(hop)") }
        try delivery.addNextHop(hop)
        return .ok
    }
}

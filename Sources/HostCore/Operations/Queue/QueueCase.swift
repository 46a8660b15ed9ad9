internal import Outbound
internal import Queue

/// One recipient of a queued message, as causes are told of.
struct QueueCase {
    let site: QueueSite
    let message: QueuedMessage
    let recipient: QueuedRecipient

    var host: String { SafeText.shown(recipient.host ?? "the next host") }
    var domain: String { SafeText.shown(recipient.destination) }

    /// What a plugin of get_mx has said of it; nil where routes and DNS decide, as far as is known.
    var post: Signposts.Post? { site.signposts?.post(for: message.number, to: recipient.destination) }

    private var stop: NextStop {
        post.flatMap { NextStop($0.waypoints, host: recipient.host) }
            ?? NextStop(site.settings.routes[recipient.destination])
    }

    /// Who says how the host is to be spoken to.
    var demander: String {
        post.map { "the plugin \(SafeText.shown($0.plugin))" } ?? "the route for \(domain)"
    }

    /// Where its user and password stand.
    var login: String {
        post.map { "user and password that the plugin \(SafeText.shown($0.plugin)) gives" }
            ?? "user and password in config/outbound.routes.ini"
    }

    private var name: String { SafeText.word(message.name) }
    private var place: String { site.place }

    var retry: QueueAdvice { QueueAdvice("Try it now", "haraka queue retry \(name) -c \(place)") }
    var release: QueueAdvice { QueueAdvice("Release it", "haraka queue release \(name) -c \(place)") }
    var undelete: QueueAdvice { QueueAdvice("Have it back", "haraka queue undelete \(name) -c \(place)") }
    var start: QueueAdvice { QueueAdvice("Start the server", "haraka -c \(place)") }
    var log: QueueAdvice { QueueAdvice("See what became of it", "haraka log \(name) -c \(place)") }

    var read: QueueAdvice { QueueAdvice("See what the disk says", "haraka queue cat \(name) -c \(place) >/dev/null") }

    /// Everything for the destination, although it was left alone.
    func flush(_ purpose: String) -> QueueAdvice {
        QueueAdvice(purpose, "haraka queue flush \(SafeText.word(recipient.destination)) -c \(place)", isForMail: true)
    }

    func giveUp(_ reason: String) -> QueueAdvice {
        let address = SafeText.word(recipient.address)
        return QueueAdvice(
            "Give it back to the sender",
            "haraka queue bounce \(name) --recipient \(address) --reason \(SafeText.word(reason)) -c \(place)",
            isForMail: true
        )
    }

    var enable: QueueAdvice {
        QueueAdvice("Switch it on", "sed -i 's/^ *disabled *=.*/disabled=false/' \(site.file("outbound.ini"))")
    }

    func lookUp(_ type: String, _ name: String? = nil) -> QueueAdvice {
        QueueAdvice("Ask the DNS", "dig +dnssec \(type) \(SafeText.word(name ?? recipient.destination))")
    }

    var keys: QueueAdvice {
        lookUp("TLSA", "_\(stop.port ?? 25)._tcp.\(recipient.host ?? recipient.destination)")
    }

    var certificate: QueueAdvice {
        let host = recipient.host ?? recipient.destination
        // A unix socket has no name that a certificate could be for.
        let name = stop.path == nil ? "-verify_hostname \(SafeText.word(host)) " : ""
        return QueueAdvice(
            "See its certificate",
            "openssl s_client \(stop.openssl(host)) \(name)-showcerts </dev/null"
        )
    }

    /// The lines of outbound.routes.ini that ask for less than TLS; nil where the name can't stand in them, where it is a
    /// plugin that asks, or where a password would have to go in the clear.
    var lessTLS: QueueAdvice? {
        guard post == nil, site.settings.routes[recipient.destination].credentials == nil else { return nil }
        let file = site.file("outbound.routes.ini")
        if let section = site.section(for: recipient.destination) {
            guard Self.isPlain(section) else { return nil }
            let start = section.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "\\.")
            return QueueAdvice(
                "Do without TLS where it fails (tls=opportunistic in [\(section)] of config/outbound.routes.ini)",
                "sed -i '/^\\[\(start)\\]/,/^\\[/s/^ *tls *=.*/tls=opportunistic/' \(file)"
            )
        }
        guard Self.isPlain(recipient.destination) else { return nil }
        return QueueAdvice(
            "Send it in the clear ([\(recipient.destination)] and tls=off in config/outbound.routes.ini)",
            "printf '\\n[\(recipient.destination)]\\ntls=off\\n' >> \(file)"
        )
    }

    /// The line that has this server take the mail itself.
    var takeHere: QueueAdvice? {
        guard Self.isPlain(recipient.destination) else { return nil }
        return QueueAdvice(
            "Take mail for it here (config/host_list)",
            "echo \(recipient.destination) >> \(site.file("host_list"))"
        )
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "-._".utf8.contains(byte)
            }
    }
}

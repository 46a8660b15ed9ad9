import PluginKit

/// Refuses senders whose domain is listed in config/{{FILE}}.domains, or lies below one.
struct {{TYPE}}: Plugin {
    static let id = "{{ID}}"
    static let version = "0.1.0"
    static var hooks: [Hook<{{TYPE}}>] { [.connect(greet), .mail(checkSender, inline: true)] }

    let refused: RefusedDomains

    init(_ host: Host) throws {
        let listed = host.config.list("{{FILE}}.domains")
        refused = RefusedDomains(listed.isEmpty ? ["invalid"] : listed)  // RFC 6761 §6.4: no domain ends in .invalid
    }

    func greet(_ connection: borrowing Connection) {
        connection.log(.info, "hello \(connection.remoteIP ?? "local client")")
    }

    func checkSender(_ sender: borrowing Sender) -> Verdict {
        guard refused.contains(sender.domain) else { return .continue }
        return .deny("Mail from \(sender.domain) is not welcome here", code: 550, enhanced: "5.7.1")
    }
}

@c(haraka_plugin_v1) public func entry(_: UInt16) -> UnsafePointer<hk_plugin>? { {{TYPE}}.descriptor }

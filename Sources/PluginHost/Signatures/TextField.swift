internal import PluginABI

/// A field of `hk_args` that is a text; each has a buffer of its own in a ``FactBook``.
enum TextField: Int, CaseIterable, Sendable {
    case remoteIP, localIP, remoteHost, helloHost, authUser, tls
    case mailAddress, mailUser, mailDomain
    case rcptAddress, rcptUser, rcptDomain, rcptOriginal
    case command, argument
    case deniedHook, deniedPlugin, deniedText
    case logText, queueText
    case authMechanism, authSecret, authToken
    case domain, nextHop, response

    var name: String { Self.names[rawValue] }
    var offset: Int { Self.offsets[rawValue] }

    static let ofOneHook: [TextField] = [
        .command, .argument, .deniedHook, .deniedPlugin, .deniedText, .queueText, .authMechanism, .domain, .nextHop,
        .response,
    ]

    private static let names = [
        "remote_ip", "local_ip", "remote_host", "hello_host", "auth_user", "tls",
        "mail_address", "mail_user", "mail_domain",
        "rcpt_address", "rcpt_user", "rcpt_domain", "rcpt_original",
        "command", "argument",
        "denied_hook", "denied_plugin", "denied_text",
        "log_text", "queue_text",
        "auth_mechanism", "auth_secret", "auth_token",
        "domain", "next_hop", "response",
    ]

    private static let offsets: [Int] = {
        let paths: [PartialKeyPath<hk_args>] = unsafe [
            \.remote_ip, \.local_ip, \.remote_host, \.hello_host, \.auth_user, \.tls,
            \.mail_address, \.mail_user, \.mail_domain,
            \.rcpt_address, \.rcpt_user, \.rcpt_domain, \.rcpt_original,
            \.command, \.argument,
            \.denied_hook, \.denied_plugin, \.denied_text,
            \.log_text, \.queue_text,
            \.auth_mechanism, \.auth_secret, \.auth_token,
            \.domain, \.next_hop, \.response,
        ]
        return unsafe paths.map { path in
            guard let offset = unsafe MemoryLayout<hk_args>.offset(of: path) else {
                preconditionFailure("a field of a C struct has an offset")
            }
            return offset
        }
    }()
}

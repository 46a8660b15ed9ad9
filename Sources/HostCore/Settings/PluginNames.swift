/// Names in `config/plugins` that Haraka's users have: those that were renamed, and those of its JavaScript plugins.
enum PluginNames {
    /// Haraka's own table of retired names.
    static let retired: [String: String] = [
        "auth/auth_ldap": "auth-ldap", "backscatterer": "dns-list", "dnsbl": "dns-list", "dnswl": "dns-list",
        "connect.asn": "asn", "connect.fcrdns": "fcrdns", "connect.geoip": "geoip", "connect.p0f": "p0f",
        "connect.rdns_access": "access", "mail_from.access": "access", "mail_from.blocklist": "access",
        "rcpt_to.access": "access", "rcpt_to.blocklist": "access", "rdns.regexp": "access",
        "data.nomsgid": "headers", "data.noreceived": "headers", "data.rfc5322_header_checks": "headers",
        "data.headers": "headers", "dkim_sign": "dkim", "dkim_verify": "dkim", "data.uribl": "uribl",
        "log.syslog": "syslog", "mail_from.nobounces": "bounce", "max_unrecognized_commands": "limit",
        "rate_limit": "limit", "rcpt_to.max_count": "limit", "rcpt_to.ldap": "rcpt-ldap",
        "rcpt_to.qmail_deliverable": "qmail-deliverable", "relay_acl": "relay", "relay_all": "relay",
        "relay_force_routing": "relay",
    ]

    /// Plugins of Haraka and its npm packages, whose code is JavaScript.
    static let javaScript: Set<String> = [
        "access", "aliases", "asn", "attachment", "auth-ldap", "auth/auth_base", "auth/auth_vpopmaild", "avg",
        "block_me", "bounce", "clamd", "data.signatures", "dcc", "delay_deny", "dkim", "dns-list",
        "early_talker", "elasticsearch", "esets", "fcrdns", "geoip", "graph", "greylist", "headers",
        "helo.checks", "karma", "known-senders", "ldap", "limit", "log-reader", "mail_from.is_resolvable",
        "mailauth", "messagesniffer", "milter", "p0f", "prevent_credential_leaks", "process_title", "profile",
        "qmail-deliverable", "queue-rabbitmq", "rcpt-ldap", "rcpt-postgresql", "rcpt_to.host_list_base",
        "recipient-routes", "record_envelope_addresses", "redis", "reseed_rng", "rspamd", "spamassassin", "spf",
        "status", "syslog", "tarpit", "toobusy", "uribl", "vmta", "watch",
    ]

    /// The name that is looked for, and a notice when it isn't what was written.
    static func current(_ written: String) -> (name: String, notice: String?) {
        let prefix = "haraka-plugin-"
        let name = written.hasPrefix(prefix) ? String(written.dropFirst(prefix.count)) : written
        guard let current = retired[name] else { return (name, nil) }
        return (current, "\(written) is called \(current) now; the old name still works")
    }

    /// What to do about a name that no file answers to.
    static func advice(_ name: String) -> String? {
        guard javaScript.contains(name) else { return nil }
        return "\(name) is one of Haraka's JavaScript plugins, and this server loads shared libraries: take it out of "
            + "config/plugins, or write it anew with: haraka-plugin new \(name)"
    }
}

internal import Config
internal import DNS
internal import Mail
internal import Outbound
internal import Wire

extension Schemas {
    static let outbound = Schema(
        file: "outbound.ini",
        keys: [
            .init("disabled", .boolean, default: "false", help: "queue mail, and deliver none"),
            .init("concurrency_max", .integer(1...100_000), default: "100", help: "connections at once"),
            .init("concurrency_per_destination", .integer(1...10_000), default: "10", help: "of them to one domain"),
            .init("concurrency_per_host", .integer(1...10_000), default: "20", help: "of them to one domain's hosts"),
            .init("rate", rates, default: "none", help: "messages to one domain"),
            .init("maxTempFailures", .integer(1...1000), default: "13", help: "attempts before mail comes back"),
            .init("temp_fail_intervals", intervals, help: "waits between attempts"),
            .init("max_age", .duration(60...31_536_000), default: "5d", help: "after which mail comes back"),
            .init("connect_timeout", .duration(1...3600), default: "30", help: "for a connection and its TLS"),
            .init("enable_tls", .boolean, default: "true", help: "use STARTTLS where it is offered"),
            .init("delay_notice", delayNotice, default: "4h", help: "wait after which senders are told"),
            .init("bounce_size_limit", .integer(0...1_000_000), default: "50000", help: "of mail given back"),
            .init("deleted_keep", .duration(0...31_536_000), default: "7d", help: "how long undelete has mail back"),
            .init("always_split", .boolean, default: "false", retired: "each recipient has its own state anyway"),
            .init("received_header", .text, retired: "the message has this server's Received: line already"),
            .init("local_mx_ok", .boolean, default: "false", retired: "nothing asks for it in this version"),
            .init("inet_prefer", .choice(["default", "v4", "v6"]), retired: "both are tried at once"),
            .init("tls_authorities", .text, help: "a PEM file of authorities in the place of the system's"),
            .init("enabled", .boolean, in: "mta_sts", default: "true", help: "keep to domains' MTA-STS policies"),
            .init("port", .integer(1...65_535), in: "mta_sts", default: "443", help: "of the policies' hosts"),
            .init("contact", mailAddress, in: "tls_reports", help: "whom receivers may ask; none: no reports"),
            .init(
                "sender",
                mailAddress,
                in: "tls_reports",
                help: "of reports; none: postmaster@ and the server's name"
            ),
            .init("organization", .text, in: "tls_reports", help: "who sends them; none: the server's name"),
            .init("delay", .duration(0...82_800), in: "tls_reports", default: "4h", help: "after midnight, at most"),
            .init("private_hosts", .boolean, in: "tls_reports", default: "false", help: "post to any port and address"),
        ]
    )

    static let routes = Schema(
        file: "outbound.routes.ini",
        keys: [
            .init("host", host, in: "*", help: "next host; none: the domain's MX"),
            .init("port", .integer(1...65_535), in: "*", help: "25; LMTP: 24"),
            .init("path", .text, in: "*", help: "a unix socket in its place"),
            .init("lmtp", .boolean, in: "*", default: "false", help: "speak LMTP"),
            .init("tls", .choice(["off", "opportunistic", "required", "verified"]), in: "*", default: "opportunistic"),
            .init("implicit_tls", .boolean, in: "*", default: "false", help: "TLS from the first byte"),
            .init("chunking", .boolean, in: "*", default: "false", help: "BDAT where it is offered"),
            .init("user", .text, in: "*", help: "for AUTH"),
            .init("password", .text, in: "*", help: "for AUTH"),
            .init("helo", .text, in: "*", help: "what we call ourselves"),
            .init("source", sources, in: "*", help: "addresses to connect from"),
            .init("concurrency", .integer(1...10_000), in: "*", help: "connections to one domain at once"),
            .init("rate", rates, in: "*", help: "messages to one domain"),
        ]
    )

    static let dns = Schema(
        file: "dns.ini",
        keys: [
            .init("forwarders", forwarders, help: "resolvers, as ADDRESS or ADDRESS@PORT"),
            .init("recursive", .boolean, default: "false", help: "ask the zones' own servers"),
            .init("validate", .boolean, default: "true", help: "prove answers by DNSSEC"),
            .init("trust_anchors", .text, help: "a file of DS or DNSKEY records"),
            .init("insecure_domains", domains, help: "zones that DNSSEC is not asked of"),
        ]
    )

    private static let host = SettingKind.checked(
        allowed: "the name or the IP address of one host, without a port (port= is for that)"
    ) { IPAddress($0) != nil || !$0.contains(":") && isName($0) }

    private static let sources = SettingKind.checkedList(
        allowed: "IP addresses of this machine, no names of interfaces"
    ) { IPAddress($0) != nil }

    private static let forwarders = SettingKind.checkedList(
        allowed: "IP addresses of resolvers, each with @PORT where that isn't 53, such as 192.0.2.53@5353"
    ) { text in
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = parts.last?.utf8.allSatisfy { (0x30...0x39).contains($0) } ?? false
        let port = parts.count < 2 ? 53 : isNumber ? UInt16(parts[1]) ?? 0 : 0
        return IPAddress(String(parts[0])) != nil && port > 0
    }

    private static let domains = SettingKind.checkedList(allowed: "domains, such as corp.example") { isName($0) }

    private static let mailAddress = SettingKind.checked(allowed: "a mail address, such as postmaster@example.com") {
        (try? Address(parsing: $0)).map { !$0.domain.isEmpty } ?? false
    }

    private static func isName(_ text: String) -> Bool { (try? Name(text)) != nil }

    private static let delayNotice = SettingKind.custom(allowed: "a time such as 4h, or none") { DelayNotice($0) }

    private static let rates = SettingKind.custom(
        allowed: "a number of messages by second, minute or hour, such as 10/s, 100/m or 5000/h, or none"
    ) { DeliveryRate($0) }

    private static let intervals = SettingKind.custom(
        allowed: "intervals such as 5m*3, 1h, 1d*2 (at least 5s each), or none"
    ) { RetrySchedule($0) }
}

internal import Config
internal import SMTP
internal import System
internal import Wire

/// What may stand in the server's own files: the keys that `haraka check` knows.
enum Schemas {
    static let all = [smtp, connection, auth, tls, log, plugins, outbound, routes, dns]

    static let smtp = Schema(
        file: "smtp.ini",
        keys: [
            .init("listen", addresses, default: "[::0]:25", help: "addresses to listen on"),
            .init("lmtp_listen", addresses, help: "addresses that speak LMTP"),
            .init("nodes", loops, default: "auto", help: "event loops"),
            .init("user", .text, help: "account to drop to"),
            .init("group", .text, help: "group to drop to"),
            .init("inactivity_timeout", .duration(1...86_400), default: "300", help: "silence before 421"),
            .init("ignore_bad_plugins", .boolean, default: "false", help: "start without plugins that fail"),
            .init("daemonize", .boolean, default: "false", help: "run in the background"),
            .init("daemon_log_file", .text, default: "/var/log/haraka.log", help: "output in the background"),
            .init("daemon_pid_file", .text, default: "/var/run/haraka.pid", help: "process id in the background"),
            .init("force_shutdown_timeout", .duration(0...3600), default: "30", help: "grace when stopping"),
            .init("graceful_shutdown", .boolean, default: "true", retired: "stopping is always graceful"),
            .init("port", .integer(0...65_535), retired: "write listen=[::0]:PORT"),
            .init("listen_host", .text, retired: "write listen=[HOST]:PORT"),
            .init("smtps_port", .integer(0...65_535), default: "465", help: "port that speaks TLS at once"),
            .init("public_ip", .text, retired: "nothing asks for it in this version"),
        ]
    )

    static let connection = Schema(
        file: "connection.ini",
        keys: [
            .init("strict_rfc1869", .boolean, default: "false", help: "addresses to the letter"),
            .init("extensions", extensions, default: usualExtensions, help: "ESMTP extensions to offer"),
            .init("smtputf8", .boolean, default: "true", help: "offer SMTPUTF8"),
            .init("spool_dir", .text, default: "state", help: "where big messages wait"),
            .init("spool_after", .integer(-1...1 << 40), default: "131072", help: "bytes kept in memory; -1: all"),
            .init("postel", .boolean, default: "false", retired: "use strict_rfc1869=false"),
            .init("hosts", networks, in: "haproxy", help: "proxies that are believed"),
            .init("enabled", .boolean, in: "haproxy", default: "true", help: "believe them"),
            .init("add_received", .boolean, in: "headers", default: "true", help: "add Received:"),
            .init("show_version", .boolean, in: "headers", default: "true", help: "name the version"),
            .init("max_received", .integer(1...1000), in: "headers", default: "100", help: "hops before a loop"),
            .init("clean_auth_results", .boolean, in: "headers", default: "true", retired: "nothing writes them yet"),
            .init("max_lines", .integer(1...1_000_000), in: "headers", default: "1000", help: "of the header"),
            .init("max_bytes", .bytes(1024...16 << 20), in: "headers", default: "1m", help: "of the header"),
            .init("bytes", .bytes(1...Int(Int32.max) * 4), in: "max", default: "26214400", help: "of a message"),
            .init("line_length", .bytes(16...65_536), in: "max", default: "512", help: "of a command"),
            .init("data_line_length", .bytes(1...16 << 20), in: "max", default: "16384", help: "of a text line"),
            .init("connections", .integer(0...10_000_000), in: "max", default: "0", help: "in all; 0: any"),
            .init("connections_per_address", .integer(0...1_000_000), in: "max", default: "0", help: "0: any"),
            .init("command_time", .duration(1...86_400), in: "max", default: "300", help: "for one command"),
            .init("message_time", .duration(1...604_800), in: "max", default: "3600", help: "for a whole message"),
            .init("hold", .duration(0...31_536_000), in: "max", default: "30d", help: "for FUTURERELEASE"),
            .init("transactions", .integer(0...1_000_000), in: "max", default: "0", help: "of a connection; 0: any"),
            .init("errors", .integer(1...1_000_000), in: "max", default: "100", help: "since the last message"),
            .init("unknown_commands", .integer(1...1_000_000), in: "max", default: "20", help: "of a connection"),
            .init("idle_commands", .integer(1...1_000_000), in: "max", default: "100", help: "without mail"),
            .init("tiny_chunks", .integer(1...1_000_000), in: "max", default: "100", help: "of BDAT"),
            .init("recipients", .integer(1...100_000), in: "max", default: "1000", help: "of a message"),
            .init("draft_memory", .bytes(1 << 20...1 << 40), in: "max", default: "256m", help: "for all messages"),
            .init("mime_parts", .integer(1...1_000_000), in: "max", default: "1000", help: "of a message"),
            .init("greeting", .textList, in: "message", help: "lines of the greeting"),
            .init("helo", .text, in: "message", default: "Haraka is at your service."),
            .init("close", .text, in: "message", default: "closing connection. Have a jolly good day."),
            .init("banner_chars", .integer(0...36), in: "uuid", default: "6", help: "of the id in the greeting"),
            .init("deny_chars", .integer(0...36), in: "uuid", default: "0", help: "of the id in refusals"),
        ]
    )

    static let log = Schema(
        file: "log.ini",
        keys: [
            .init("level", .choice(LogLevel.names), default: "info", help: "the least that is logged"),
            .init("timestamps", .boolean, default: "false", help: "a time before each line"),
            .init("format", .choice(["default", "logfmt", "json"]), default: "default"),
            .init("file", .text, help: "also write here"),
        ]
    )

    static let plugins = Schema(
        file: "plugins.ini",
        keys: [
            .init("on_failure", .choice(["tempfail", "continue", "deny"]), in: "*", default: "tempfail"),
            .init("force_continue", .boolean, in: "*", default: "false"),
            .init("timeout", .duration(0...86_400), in: "*"),
            .init("capabilities", capabilities, in: "*"),
            .init("breaker", .integer(1...1_000_000), in: "*", default: "10"),
            .init("isolated", .boolean, in: "*", default: "false", retired: "plugins run in process in this version"),
            .init("memory_max", .text, in: "*", retired: "it counts for isolated plugins only"),
        ]
    )

    private static let addresses = SettingKind.custom(
        allowed: "addresses such as 127.0.0.1:25, [::1]:25 or /run/haraka.sock:0660, separated by commas"
    ) { text in
        guard let list = try? ListenAddress.list(text), !list.isEmpty else { return nil }
        return list
    }

    /// Those that promise something about delivery are off: nothing keeps to them yet.
    ///
    /// So is BINARYMIME: a queue plugin that sends on by DATA would make such a message another one.
    private static let usualExtensions =
        "PIPELINING,SIZE,8BITMIME,SMTPUTF8,ENHANCEDSTATUSCODES,STARTTLS,AUTH,CHUNKING,LIMITS"

    private static let extensions = SettingKind.custom(
        allowed: "ESMTP keywords separated by commas, such as \(usualExtensions),DSN"
    ) { text in
        var all: Extensions = []
        for word in text.split(separator: ",") {
            guard let one = Extensions(keyword: word.filter { $0 != " " }) else { return nil }
            all.formUnion(one)
        }
        return all
    }

    private static let networks = SettingKind.custom(
        allowed: "addresses and networks such as 192.0.2.1 or 2001:db8::/32, separated by commas"
    ) { text in
        let words = text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        return try? NetworkList(words)
    }

    private static let loops = SettingKind.custom(allowed: "auto, cpus or a whole number from 0 to 256") { text in
        // One processor is left to the plugins' lanes, the log and the kernel: docs/decisions/0009-event-loops.md.
        if text == "auto" { return max(1, ThisProcess.processors - 1) }
        if text == "cpus" { return ThisProcess.processors }
        return Int(text).flatMap { (0...256).contains($0) ? max($0, 1) : nil }
    }

    private static let capabilities = SettingKind.textList

    /// Haraka's files that held one setting each.
    static let legacy = [
        LegacyFile("databytes", replacedBy: "connection.ini", "max", "bytes"),
        LegacyFile("header_hide_version", replacedBy: "connection.ini", "headers", "show_version", form: .inverted),
        LegacyFile("max_mime_parts", replacedBy: "connection.ini", "max", "mime_parts"),
        LegacyFile("max_received_count", replacedBy: "connection.ini", "headers", "max_received"),
        LegacyFile("max_line_length", replacedBy: "connection.ini", "max", "line_length"),
        LegacyFile("max_data_line_length", replacedBy: "connection.ini", "max", "data_line_length"),
        LegacyFile("haproxy_hosts", replacedBy: "connection.ini", "haproxy", "hosts", form: .list),
        LegacyFile("smtpgreeting", replacedBy: "connection.ini", "message", "greeting", form: .list),
        LegacyFile("ehlo_hello_message", replacedBy: "connection.ini", "message", "helo"),
        LegacyFile("connection_close_message", replacedBy: "connection.ini", "message", "close"),
        LegacyFile("banner_includes_uuid", replacedBy: "connection.ini", "uuid", "banner_chars"),
        LegacyFile("deny_includes_uuid", replacedBy: "connection.ini", "uuid", "deny_chars"),
        LegacyFile("spool_dir", replacedBy: "connection.ini", "main", "spool_dir"),
        LegacyFile("spool_after", replacedBy: "connection.ini", "main", "spool_after"),
        LegacyFile("strict_rfc1869", replacedBy: "connection.ini", "main", "strict_rfc1869"),
        LegacyFile("outbound.disabled", replacedBy: "outbound.ini", "main", "disabled"),
        LegacyFile("outbound.enable_tls", replacedBy: "outbound.ini", "main", "enable_tls"),
        LegacyFile("outbound.temp_fail_intervals", replacedBy: "outbound.ini", "main", "temp_fail_intervals"),
        LegacyFile("outbound.maxTempFailures", replacedBy: "outbound.ini", "main", "maxTempFailures"),
        LegacyFile("outbound.concurrency_max", replacedBy: "outbound.ini", "main", "concurrency_max"),
        LegacyFile("outbound.received_header", replacedBy: "outbound.ini", "main", "received_header"),
        LegacyFile("loglevel", replacedBy: "log.ini", "main", "level"),
        LegacyFile("log_timestamps", replacedBy: "log.ini", "main", "timestamps"),
    ]
}

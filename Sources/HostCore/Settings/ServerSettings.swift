internal import Config
internal import SMTP
internal import System
internal import Wire

/// The settings of the server's own files, as values.
struct ServerSettings: Sendable {
    let listen: [ListenAddress]
    /// Event loops; as many as processors where the file says `cpus`.
    let loops: Int
    let user: String?
    let group: String?
    let inactivityTimeout: Duration
    let ignoreBadPlugins: Bool
    let daemonize: Bool
    let daemonLogFile: String
    let daemonPidFile: String
    let forceShutdownTimeout: Duration
    let addsReceived: Bool
    let showsVersion: Bool
    let maxReceived: Int
    /// Bytes of all messages being received.
    let draftMemory: Int
    /// Where messages are written that have more than `spoolAfter` bytes; nil for that keeps all of them in memory.
    let spoolFolder: String
    let spoolAfter: Int?
    let bannerCharacters: Int
    let denyCharacters: Int
    let hostname: String
    let policy: Policy
    let limits: Limits

    let auth: AuthSettings
    /// Addresses where LMTP is spoken.
    let lmtpListen: [ListenAddress]
    /// Who is believed when it tells by a PROXY header for whom it has connected.
    let proxies: NetworkList
    let connectionLimits: ConnectionLimits
    /// For one command, and for a whole message, however steadily their bytes come.
    let commandTime: Duration
    let messageTime: Duration

    init(smtp: Settings, connection: Settings, auth: AuthSettings, hostname: String) {
        self.auth = auth
        lmtpListen = smtp.custom("lmtp_listen") ?? []
        let proxies: NetworkList = connection.custom("haproxy.hosts") ?? NetworkList()
        self.proxies = connection.bool("haproxy.enabled") ? proxies : NetworkList()
        connectionLimits = Self.connectionLimits(connection)
        commandTime = connection.duration("max.command_time")
        messageTime = connection.duration("max.message_time")
        listen = smtp.custom("listen") ?? []
        loops = smtp.custom("nodes") ?? 1
        user = smtp.text("user").isEmpty ? nil : smtp.text("user")
        group = smtp.text("group").isEmpty ? nil : smtp.text("group")
        inactivityTimeout = smtp.duration("inactivity_timeout")
        ignoreBadPlugins = smtp.bool("ignore_bad_plugins")
        daemonize = smtp.bool("daemonize")
        daemonLogFile = smtp.text("daemon_log_file")
        daemonPidFile = smtp.text("daemon_pid_file")
        forceShutdownTimeout = smtp.duration("force_shutdown_timeout")
        addsReceived = connection.bool("headers.add_received")
        showsVersion = connection.bool("headers.show_version")
        maxReceived = connection.int("headers.max_received")
        draftMemory = connection.bytes("max.draft_memory")
        spoolFolder = connection.text("spool_dir")
        let after = connection.int("spool_after")
        spoolAfter = after < 0 ? nil : after
        bannerCharacters = connection.int("uuid.banner_chars")
        denyCharacters = connection.int("uuid.deny_chars")
        self.hostname = hostname
        policy = Self.policy(connection, auth, hostname)
        limits = Self.limits(connection, auth)
    }

    private static func policy(_ connection: Settings, _ auth: AuthSettings, _ hostname: String) -> Policy {
        var policy = Policy(hostname: hostname)
        policy.greeting = connection.list("message.greeting")
        policy.helloText = connection.text("message.helo")
        policy.closeText = connection.text("message.close")
        policy.switchedOff = .all.subtracting(connection.custom("extensions") ?? .all)
        policy.longestHold = UInt32(clamping: connection.duration("max.hold").components.seconds)
        if !connection.bool("smtputf8") { policy.smtputf8 = false }
        policy.authNeedsTLS = auth.needsTLS
        policy.strictAddresses = connection.bool("strict_rfc1869")
        policy.shownVersion = connection.bool("headers.show_version") ? Product.version : nil
        return policy
    }

    private static func connectionLimits(_ connection: Settings) -> ConnectionLimits {
        let inAll = connection.int("max.connections")
        let perAddress = connection.int("max.connections_per_address")
        return ConnectionLimits(inAll: inAll == 0 ? nil : inAll, perAddress: perAddress == 0 ? nil : perAddress)
    }

    private static func limits(_ connection: Settings, _ auth: AuthSettings) -> Limits {
        var limits = Limits()
        limits.messageBytes = UInt64(connection.bytes("max.bytes"))
        limits.commandLine = connection.bytes("max.line_length")
        limits.parameterLine = max(limits.parameterLine, limits.commandLine)
        limits.textLine = connection.bytes("max.data_line_length")
        limits.recipients = connection.int("max.recipients")
        limits.transactions = connection.int("max.transactions")
        limits.errors = connection.int("max.errors")
        limits.unknownCommands = connection.int("max.unknown_commands")
        limits.commandsWithoutMail = connection.int("max.idle_commands")
        limits.tinyChunks = connection.int("max.tiny_chunks")
        limits.headerLines = connection.int("headers.max_lines")
        limits.headerBytes = connection.bytes("headers.max_bytes")
        limits.mimeParts = connection.int("max.mime_parts")
        limits.authFailures = auth.failuresPerConnection
        return limits
    }

    /// Keys of smtp.ini that a running server can't change.
    ///
    /// `before` is what the process started with, and not what the last reload read: a difference stays one.
    func differencesThatNeedARestart(from before: ServerSettings) -> [String] {
        var keys: [String] = []
        if listen != before.listen { keys.append("listen") }
        if lmtpListen != before.lmtpListen { keys.append("lmtp_listen") }
        if loops != before.loops { keys.append("nodes") }
        if user != before.user { keys.append("user") }
        if group != before.group { keys.append("group") }
        if daemonize != before.daemonize { keys.append("daemonize") }
        return keys
    }
}

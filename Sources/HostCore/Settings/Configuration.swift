internal import Config
internal import Hooks
internal import Mail
internal import PluginHost
internal import System
internal import TLS

/// One line of `config/plugins`.
struct PluginLine: Sendable {
    let name: String
    let origin: Origin
}

/// A service directory's configuration, read and validated as a whole.
struct Configuration: Sendable {
    /// Absolute.
    let directory: String
    let snapshot: ConfigSnapshot
    let settings: ServerSettings
    let outbound: OutboundSettings
    /// The words of reports about mail that comes back; nil: ours.
    let reportTemplate: ReportTemplate?
    let tls: TLSConfiguration
    let log: Settings
    let plugins: [PluginLine]
    let lock: ImageLock?
    /// Warnings and notices; an error keeps it from being read.
    let problems: [Problem]
    private let options: Settings

    /// Reads a directory; the first error is thrown, with all others in the same text.
    ///
    /// `tickets` are the keys of a server that runs and reads anew.
    static func read(
        _ directory: String,
        _ installation: Installation,
        tickets: TLSTicketKeys = TLSTicketKeys()
    ) throws(StartError) -> Configuration {
        let (configuration, problems) = try examine(directory, installation, strict: false, tickets: tickets)
        let errors = problems.filter { $0.severity == .error }
        guard let configuration, errors.isEmpty else {
            throw StartError(errors.map(\.description).joined(separator: "\n"))
        }
        return configuration
    }

    /// Reads a directory and tells all that is wrong with it; nil when it can't be used at all.
    static func examine(
        _ directory: String,
        _ installation: Installation,
        strict: Bool,
        tickets: TLSTicketKeys = TLSTicketKeys()
    ) throws(StartError) -> (Configuration?, [Problem]) {
        guard let path = try? Files.canonical(directory), Folder.exists(path + "/config") else {
            throw StartError("\(directory) is no service directory: make one with haraka -i \(directory)")
        }
        let read: ConfigSnapshot
        do { read = try ConfigDirectory(path: path + "/config", shipped: installation.shippedConfig).read() } catch {
            return (nil, error.problems)
        }
        let (snapshot, notices) = read.folding(Schemas.legacy)
        var problems = snapshot.problems + notices
        var values: [String: Settings] = [:]
        for schema in Schemas.all {
            let (settings, found) = snapshot.validate(schema, strict: strict)
            values[schema.file] = settings
            problems += found
        }
        for file in snapshot.files.keys.sorted() where values[file] == nil {
            problems += snapshot.validateAgainstShipped(file, strict: strict)
        }
        let tls = tls(path, snapshot, values, tickets, &problems)
        let lines = pluginLines(snapshot, hasTLS: tls.isOn, &problems)
        problems += timeoutProblems(snapshot, lines)
        if let routes = values["outbound.routes.ini"] {
            problems += RouteCheck(routes, snapshot.document("outbound.routes.ini")).problems
        }
        guard let configuration = Configuration(path, snapshot, values, tls, lines, problems, &problems) else {
            return (nil, problems)
        }
        return (configuration, problems)
    }

    private init?(
        _ directory: String,
        _ snapshot: ConfigSnapshot,
        _ values: [String: Settings],
        _ tls: TLSConfiguration,
        _ plugins: [PluginLine],
        _ told: [Problem],
        _ problems: inout [Problem]
    ) {
        guard let smtp = values["smtp.ini"], let connection = values["connection.ini"], let auth = values["auth.ini"],
            let log = values["log.ini"], let outbound = values["outbound.ini"],
            let routes = values["outbound.routes.ini"], let dns = values["dns.ini"],
            let options = values["plugins.ini"]
        else { return nil }
        self.directory = directory
        self.snapshot = snapshot
        self.tls = tls
        self.log = log
        self.options = options
        self.plugins = plugins
        let me = snapshot.value("me")?.text ?? Hostname.current
        self.outbound = OutboundSettings(outbound, routes: routes, dns: dns, hostname: me)
        settings = ServerSettings(smtp: smtp, connection: connection, auth: AuthSettings(auth), hostname: me)
        let (template, templateProblems) = ReportFiles.template(snapshot)
        reportTemplate = template
        let extra = Self.optionProblems(options, plugins) + templateProblems
        (lock, self.problems) = Self.lock(snapshot, told + extra)
        problems += extra + self.problems.dropFirst(told.count + extra.count)
    }

    private static func tls(
        _ directory: String,
        _ snapshot: ConfigSnapshot,
        _ values: [String: Settings],
        _ tickets: TLSTicketKeys,
        _ problems: inout [Problem]
    ) -> TLSConfiguration {
        guard let tls = values["tls.ini"], let smtp = values["smtp.ini"] else { return TLSConfiguration() }
        let now = SystemTime.wallSeconds
        var reader = TLSReader(directory: directory, snapshot: snapshot, settings: tls, smtp: smtp, now: now)
        let configuration = reader.read(tickets: tickets)
        problems += reader.problems
        return configuration
    }

    private static func lock(_ snapshot: ConfigSnapshot, _ told: [Problem]) -> (ImageLock?, [Problem]) {
        guard let file = snapshot.plainFile("plugins.lock") else { return (nil, told) }
        do { return (try ImageLock(parsing: String(decoding: file.bytes, as: UTF8.self)), told) } catch {
            return (nil, told + [Problem(.error, file: file.shownPath, line: error.line, message: "\(error)")])
        }
    }

    /// The names of `config/plugins`, retired ones replaced.
    private static func pluginLines(
        _ snapshot: ConfigSnapshot,
        hasTLS: Bool,
        _ problems: inout [Problem]
    ) -> [PluginLine] {
        var lines: [PluginLine] = []
        for line in snapshot.list("plugins") ?? [] {
            if line.text == "tls" {
                let message = "tls is part of the server, and this line can go"
                let fix = hasTLS ? nil : "it isn't offered, since there is no certificate: see haraka -h tls"
                problems.append(
                    Problem(
                        hasTLS ? .notice : .warning,
                        file: line.origin.path,
                        line: line.origin.line,
                        key: line.text,
                        message: message,
                        fix: fix
                    )
                )
                continue
            }
            let (name, notice) = PluginNames.current(line.text)
            if let notice {
                let file = line.origin.path
                problems.append(Problem(.notice, file: file, line: line.origin.line, key: line.text, message: notice))
            }
            if let earlier = lines.first(where: { $0.name == name }) {
                let message = "\(name) is named twice, first in line \(earlier.origin.line); the second is passed over"
                problems.append(Problem(.warning, file: line.origin.path, line: line.origin.line, message: message))
                continue
            }
            lines.append(PluginLine(name: name, origin: line.origin))
        }
        return lines
    }

    /// Haraka's files with seconds that say something else.
    private static func timeoutProblems(_ snapshot: ConfigSnapshot, _ plugins: [PluginLine]) -> [Problem] {
        (plugins.map { "\($0.name).timeout" } + ["plugin_timeout"]).compactMap { file in
            guard let line = snapshot.value(file), seconds(line.text) == nil else { return nil }
            let message = "\(file) must be a whole number of seconds from 0 to 86400; 0 is for no limit"
            return Problem(.error, file: line.origin.path, line: line.origin.line, key: file, message: message)
        }
    }

    private static func seconds(_ text: String) -> Int? {
        Int(text).flatMap { (0...86_400).contains($0) ? $0 : nil }
    }

    /// `continue` for a hook that lets people in is refused unless it was forced.
    private static func optionProblems(_ options: Settings, _ plugins: [PluginLine]) -> [Problem] {
        options.openSections.flatMap { section -> [Problem] in
            var problems: [Problem] = []
            let origin = options.origin("\(section).on_failure") ?? options.origin("\(section).timeout")
            let guards = section.hasPrefix("auth/") || section.hasPrefix("rcpt_to.")
            if guards, options.text("\(section).on_failure") == "continue", !options.bool("\(section).force_continue") {
                problems.append(
                    Problem(
                        .error,
                        at: origin,
                        in: "config/plugins.ini",
                        key: "on_failure",
                        "on_failure of [\(section)] must be tempfail or deny, since it decides who gets in",
                        fix: "or add force_continue=true"
                    )
                )
            }
            return problems
        }
    }

    /// How a plugin is to be treated: plugins.ini, then Haraka's `NAME.timeout` and `plugin_timeout`.
    func entry(_ name: String, _ image: StagedImage) -> PluginEntry {
        let policy = FailurePolicy(rawValue: options.text("\(name).on_failure")) ?? .tempfail
        return PluginEntry(
            name: name,
            image: image,
            timeout: timeout(name),
            onFailure: policy,
            capabilities: Set(options.list("\(name).capabilities")),
            breakerAfter: options.int("\(name).breaker")
        )
    }

    private func timeout(_ name: String) -> Duration? {
        if options.has("\(name).timeout") { return Self.limit(options.duration("\(name).timeout")) }
        for file in ["\(name).timeout", "plugin_timeout"] {
            guard let text = snapshot.value(file)?.text, let seconds = Self.seconds(text) else { continue }
            return Self.limit(.seconds(seconds))
        }
        return .seconds(30)
    }

    /// Files of which a running server takes nothing over.
    static let filesOfTheStart: Set = ["dns.ini"]

    /// What a running server can't take over from this configuration, as sentences.
    func differencesThatNeedARestart(from running: Configuration) -> [String] {
        var keys = settings.differencesThatNeedARestart(from: running.settings)
        // A listener knows from the start how its connections begin.
        if tls.implicitPort != running.tls.implicitPort { keys.append("smtps_port") }
        var lines = keys.map { place($0, in: "smtp.ini") }
        let resolver = running.outbound.resolverKeys
        for (key, value) in outbound.resolverKeys.sorted(by: { $0.key < $1.key }) where value != resolver[key] {
            lines.append(place(key, in: "dns.ini"))
        }
        return logFile == running.logFile ? lines : lines + [place("file", in: "log.ini")]
    }

    /// "config/smtp.ini:3: listen"; without a line where the key isn't set any more.
    private func place(_ key: String, in file: String) -> String {
        let origin = snapshot.document(file)?.node(key, in: "main")?.origin
        guard let origin, !origin.isShipped, origin.line > 0 else { return "config/\(file): \(key)" }
        return "\(origin.path):\(origin.line): \(key)"
    }

    /// The folder of the queue: `queue_dir`, or `queue` in the service directory.
    var queueFolder: String {
        let name = snapshot.value("queue_dir")?.text ?? "queue"
        return name.hasPrefix("/") ? name : "\(directory)/\(name)"
    }

    /// What opens encrypted private keys; empty when nothing was set.
    var passphrase: String { snapshot.document("tls.ini")?.node("passphrase")?.value.scalarText ?? "" }

    private static func limit(_ duration: Duration) -> Duration? { duration == .zero ? nil : duration }
}

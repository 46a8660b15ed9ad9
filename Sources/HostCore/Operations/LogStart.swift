internal import Config
internal import PluginHost
internal import System

extension LogSink {
    /// Opens the log that a configuration asks for.
    static func start(_ configuration: Configuration) throws(StartError) -> LogSink {
        let settings = configuration.log
        do {
            var outputs: [any LogOutput] = [try StandardOutput()]
            if let path = configuration.logFile { outputs.append(try LogFile(path)) }
            return try LogSink(
                level: LogLevel(settings.text("level")) ?? .info,
                format: LogFormat(settings.text("format")) ?? .plain,
                timestamps: settings.bool("timestamps"),
                outputs: outputs
            )
        } catch {
            // It is opened when root is gone: a file that root opens for the account could be a link to any other.
            let user = (try? Account.numbered(Privileges.effectiveUser))?.name ?? "number \(Privileges.effectiveUser)"
            throw StartError("The log can't be opened: \(error). The user \(user) must be able to write it.")
        }
    }

    /// Follows a changed log.ini, as far as a running server can.
    func take(_ configuration: Configuration) {
        level = LogLevel(configuration.log.text("level")) ?? .info
        lay(
            out: LogFormat(configuration.log.text("format")) ?? .plain,
            timestamps: configuration.log.bool("timestamps")
        )
    }

    /// Writes problems of the configuration at their levels.
    func tell(_ problems: [Problem]) {
        for problem in problems {
            switch problem.severity {
            case .error: error("configuration", [("problem", .text("\(problem)"))])
            case .warning: warn("configuration", [("problem", .text("\(problem)"))])
            case .notice: notice("configuration", [("problem", .text("\(problem)"))])
            }
        }
    }
}

extension Configuration {
    /// Where lines are kept besides standard output, absolute.
    var logFile: String? {
        let path = log.text("file")
        guard !path.isEmpty else { return nil }
        return path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }
}

extension HostPorts {
    /// What plugins get from this server; without a log their lines go nowhere, without net they can't connect.
    static func of(
        _ current: CurrentConfiguration,
        log: LogSink?,
        net: PluginNet? = nil,
        dns: PluginDNS? = nil,
        outbound: PluginOutbound? = nil
    ) -> HostPorts {
        HostPorts(
            log: { level, plugin, scope, text in
                log?.write(LogLevel(abi: level), text, id: scope, plugin: plugin)
            },
            configuration: { PluginSnapshot(snapshot: current.value.snapshot) },
            directory: current.value.directory,
            net: net,
            dns: dns,
            outbound: outbound,
            product: Product.identifier,
            version: Product.version
        )
    }
}

extension LogLine {
    /// As plugins of the hook `log` see it: the line in the default format, without its end.
    var shown: String {
        let line = LogLine(level, message, id: id, plugin: plugin, fields)
        return String(decoding: line.encoded(.plain, time: nil).dropLast(), as: UTF8.self)
    }
}

extension LogLevel {
    /// The level's number in the ABI.
    var abi: Int32 { 9 - Int32(rawValue) }

    /// A level of the ABI, from 0 for emerg to 9 for data.
    init(abi level: Int32) {
        self = LogLevel(rawValue: UInt8(clamping: 9 - Int(min(max(level, 0), 9)))) ?? .info
    }
}

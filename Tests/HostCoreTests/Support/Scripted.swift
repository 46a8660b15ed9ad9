import Config
import Hooks
import PluginHost
import SMTP
import Testing

@testable import HostCore

/// A house whose plugins follow scripts, with its log in memory.
final class Scripted {
    /// A plugin's name and what it does on each hook; see ``Script``.
    typealias Plugin = (name: String, hooks: [String: String])

    /// Takes every recipient and every message.
    static let accepting: Plugin = ("base", ["rcpt": "906", "queue": "906"])

    var house: House { kept[0] }
    private var kept: [House] = []
    /// What the plugins saw, one line for each call: "mail rcpt=ADDRESS … by=PLUGIN in=ID".
    let told = PluginLog()
    private let host: PluginHost
    private let output = MemoryOutput()
    private let log: LogSink

    init(
        _ plugins: [Plugin] = [],
        config files: [String: String] = [:],
        timeout: Duration? = .seconds(10),
        onFailure: FailurePolicy = .tempfail
    ) throws {
        let folders = try Folders(["config/me": "mx.example.org"])
        for (name, text) in files { try folders.write("config/\(name)", text) }
        var scripts: [String: String] = [:]
        for (name, hooks) in plugins {
            for (hook, script) in hooks { scripts["script:\(name).\(hook)"] = script }
        }
        let (told, values) = (told, scripts)
        host = PluginHost(
            ports: HostPorts(
                log: { _, plugin, scope, text in told.append("\(text) by=\(plugin) in=\(scope ?? "-")") },
                configuration: { ScriptConfiguration(scripts: values) },
                directory: folders.path,
                product: "haraka-swift",
                version: "0.1.0"
            )
        )
        _ = try host.load(
            plugins.map { plugin in
                PluginEntry(
                    name: plugin.name,
                    image: try Script.image(plugin.name),
                    timeout: timeout,
                    onFailure: onFailure,
                    capabilities: ["relaying", "auth.secret", "identity"]
                )
            },
            ignoreBad: false,
            configurationChanged: []
        )
        log = try LogSink(level: .info, format: .plain, timestamps: false, outputs: [output])
        kept = [House(try Configuration.read(folders.path, try Installation.locate()), table: host.table, log: log)]
    }

    deinit {
        log.finish()
        kept = []
        // Its plugins end when nothing holds their table any more; no test waits for that.
        host.shutdown(within: .zero)
    }

    /// What stands in the server's log.
    var lines: [String] {
        log.flush(within: .seconds(10))
        return output.text.split(separator: "\n").map(String.init)
    }

    /// A line of the log with this message.
    func line(_ message: String) -> String? { lines.first { $0.contains("] \(message)") } }

    /// A client that has just connected.
    func call(_ link: RecordingLink = RecordingLink()) -> Caller { Caller(self, link) }
}

private struct ScriptConfiguration: PluginConfiguration {
    let scripts: [String: String]

    func value(_ path: String) -> PluginConfigValue { scripts[path].map { .text($0) } ?? .absent }
    func json(_ path: String) -> String? { nil }
}

internal import Hooks
internal import PluginHost
internal import System
internal import Wire

extension Server {
    /// Answers a question of the control socket: an exit status on the first line, then what to print.
    func reply(to question: String) -> String {
        switch question {
        case "status": status()
        case "reload": answer(reload())
        case "stop": stopped()
        default: "64\nThis server doesn't know '\(question)'.\n"
        }
    }

    private func answer(_ report: ReloadReport) -> String { "\(report.isClean ? 0 : 1)\n\(report.text)\n" }

    private func stopped() -> String {
        stop()
        return "0\nstopping\n"
    }

    private static func line(_ plugin: PluginFacts) -> String {
        var line = "plugin \(plugin.name) \(plugin.version) (\(plugin.id), sha256 \(plugin.sha256.prefix(12)))"
        if plugin.isBreakerOpen { line += ", has failed too often: its policy \(plugin.onFailure.rawValue) is applied" }
        if plugin.isLaneStuck { line += ", is stuck: its policy \(plugin.onFailure.rawValue) is applied" }
        return line
    }

    private func status() -> String {
        let (difference, configuration) = state.withLock { ($0.difference, $0.configuration) }
        let seconds = SystemTime.wallSeconds - started
        var lines = [
            "\(Product.name) \(Product.version), pid \(ThisProcess.id), up \(seconds) s, "
                + "\(listeners.connectionCount) connections, generation \(host.table.generation)"
        ]
        let plugins = host.table.plugins
        lines += plugins.map(Self.line)
        if let difference {
            lines.append("disk and running state differ for \(SystemTime.wallSeconds - difference.since) s:")
            lines += difference.lines.map { "  \($0)" }
        } else {
            lines.append("in force: \(configuration.directory)")
        }
        let troubled = plugins.filter { $0.isBreakerOpen || $0.isLaneStuck }.map(\.name)
        if !troubled.isEmpty { lines.append("in trouble: \(troubled.joined(separator: ", "))") }
        let isGood = difference == nil && troubled.isEmpty
        return "\(isGood ? 0 : 1)\n" + lines.joined(separator: "\n") + "\n"
    }
}

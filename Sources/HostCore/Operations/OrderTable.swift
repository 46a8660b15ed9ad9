internal import Config
internal import Hooks
internal import PluginHost
internal import System

/// What `haraka -o` prints: hook by hook, who is asked in which order.
public enum OrderTable {
    /// Loads the plugins of a directory as the server would, without serving.
    public static func text(_ directory: String, installation: Installation) throws(StartError) -> String {
        let configuration = try Configuration.read(directory, installation)
        let account = try ServiceAccount.configured(
            user: configuration.settings.user,
            group: configuration.settings.group
        )
        try ServiceFolders.prepare(configuration, account)
        try account.drop()
        let current = CurrentConfiguration(configuration)
        let host = PluginHost(ports: .of(current, log: nil), runtimeDirectory: installation.swiftRuntime)
        let staging = ServiceFolders.staging(configuration.directory)
        let plan = PluginPlan(configuration, installation: installation, account: account, staging: staging)
        if let problem = plan.problems.first(where: { $0.severity == .error }) { throw StartError("\(problem)") }
        do throws(LoadFailure) {
            _ = try host.load(
                plan.entries,
                ignoreBad: configuration.settings.ignoreBadPlugins,
                configurationChanged: []
            )
        } catch { throw StartError("\(error)") }
        defer { host.shutdown(within: .seconds(5)) }
        return render(host.table.listing)
    }

    /// "30 s", "1.5 s".
    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = Int(duration / .milliseconds(1))
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return "\(whole) s" }
        var digits = String(String(1000 + rest).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits) s"
    }

    static func render(_ rows: [OrderRow]) -> String {
        let header = ["Hook", "Order", "Plugin", "Function", "Priority", "Timeout", "Runs"]
        let cells = rows.sorted { ($0.hook.index, $0.order) < ($1.hook.index, $1.order) }.map { row in
            [
                row.hook.name, "\(row.order)", row.plugin, row.function, "\(row.priority)",
                row.timeout.map(seconds) ?? "none", row.isInline ? "inline" : "lane",
            ]
        }
        return Table.lines([header] + cells).joined(separator: "\n")
    }
}

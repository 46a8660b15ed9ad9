internal import Config
internal import Hooks
internal import PluginHost
internal import System

/// From the names in `config/plugins` to checked and staged images.
struct PluginPlan {
    var entries: [PluginEntry] = []
    var problems: [Problem] = []
    /// Names of the plugins that `problems` are about and that run on with the image that they have.
    private var goingOn: Set<String> = []

    /// Finds, checks and stages every plugin of a configuration; what fails becomes a problem.
    ///
    /// - Parameters:
    ///   - configuration: names the plugins and how they are treated.
    ///   - installation: where the bundled ones lie.
    ///   - account: who runs the server.
    ///   - staging: where verified copies go; nil only checks.
    ///   - running: what runs now, by name. Such a plugin keeps its image when its new file is refused: leaving it out
    ///     would let in the mail that it refuses.
    init(
        _ configuration: Configuration,
        installation: Installation,
        account: ServiceAccount,
        staging: String?,
        running: [String: StagedImage] = [:]
    ) {
        let finder = PluginFinder(directories: [configuration.directory + "/plugins", installation.plugins])
        let service = account.user?.uid ?? Privileges.effectiveUser
        let gate = ImageGate(service: service, invoker: Self.invoker)
        for line in configuration.plugins {
            do throws(PluginRefusal) {
                let file = try finder.find(line.name)
                let checked = try gate.check(file, plugin: line.name, lock: configuration.lock)
                guard let staging else { continue }
                let image = try StagingFolder(staging).stage(checked)
                entries.append(configuration.entry(line.name, image))
            } catch {
                problems.append(Self.problem(error, line, configuration))
                guard let image = running[line.name] else { continue }
                goingOn.insert(line.name)
                entries.append(configuration.entry(line.name, image))
            }
        }
    }

    /// What `ignore_bad_plugins` let pass, as sentences: what was refused and what became of it.
    var tolerated: [String] {
        problems.filter { $0.severity != .error }.map { problem in
            "\(problem); \(ReloadReport.outcome(isRunning: goingOn.contains(problem.key)))"
        }
    }

    /// Who started the server, before it became the service's account.
    private static let invoker: UInt32 = Environment.value("SUDO_UID").flatMap(UInt32.init) ?? Privileges.effectiveUser

    private static func problem(_ refusal: PluginRefusal, _ line: PluginLine, _ configuration: Configuration) -> Problem
    {
        let advice = refusal.step == .find ? PluginNames.advice(line.name) : nil
        return Problem(
            configuration.settings.ignoreBadPlugins ? .warning : .error,
            file: line.origin.path,
            line: line.origin.line,
            key: line.name,
            message: advice ?? "plugin \(line.name): \(refusal.step): \(refusal.reason)",
            fix: advice == nil ? refusal.fix : nil
        )
    }
}

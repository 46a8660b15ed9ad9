internal import Config
internal import Dispatch
internal import Outbound
internal import PluginHost
internal import System

extension Server {
    /// Takes the directory as a whole, or not at all.
    ///
    /// On the operations' queue.
    func reload() -> ReloadReport {
        tellManager(.reloading)
        defer { tellManager(.ready("serving \(directory)")) }
        var report = ReloadReport()
        var isApplied = false
        do {
            let next = try Configuration.read(directory, installation, tickets: tls.tickets)
            let plan = PluginPlan(
                next,
                installation: installation,
                account: account,
                staging: ServiceFolders.staging(directory),
                running: running
            )
            report.refused = (next.problems + plan.problems).filter { $0.severity == .error }.map(\.description)
            if let refusal = tls.refusal(of: next.tls) { report.refused.append(refusal) }
            let problems = [next.outbound.authorityProblem, changedResolver(next)?.resolverProblem]
            report.refused += problems.compactMap { $0?.description }
            if report.refused.isEmpty {
                try apply(next, plan, &report)
                isApplied = true
            }
        } catch { report.refused.append("\(error)") }
        if !isApplied {
            // What needed a restart before still does.
            report.needsRestart = state.withLock { $0.difference?.needsRestart ?? [] }
        }
        note(report)
        return report
    }

    /// Settings whose resolver isn't the one that runs: it will be, at the next start.
    private func changedResolver(_ next: Configuration) -> OutboundSettings? {
        next.outbound.resolverKeys == initial.outbound.resolverKeys ? nil : next.outbound
    }

    private func apply(_ next: Configuration, _ plan: PluginPlan, _ report: inout ReloadReport) throws(StartError) {
        let before = state.withLock { $0.configuration }
        let files = next.snapshot.changedFiles(since: before.snapshot)
        let changed = next.stalePlugins(host)
        let spool = try Self.spool(of: next, instead: state.withLock { $0.house?.spool }, log)
        current.set(next)
        do throws(LoadFailure) {
            let ignoresBad = next.settings.ignoreBadPlugins
            let loaded = try host.load(plan.entries, ignoreBad: ignoresBad, configurationChanged: changed)
            report.refused += plan.tolerated
            report.take(loaded, running: Set(running.keys))
        } catch {
            current.set(before)
            restore(before, error.reconfigured)
            throw StartError("\(error)")
        }
        report.needsRestart += next.differencesThatNeedARestart(from: initial)
        let followed = files.filter { !Configuration.filesOfTheStart.contains($0) }
        report.applied += followed.sorted().map { "config/\($0)" } + tls.take(next.tls)
        receive(by: next)
        log.take(next)
        log.tell(next.problems)
        showLogToPlugins()
        state.withLock { state in
            state.configuration = next
            state.house = House(
                next,
                table: host.table,
                log: log,
                damper: damper,
                cryptography: cryptography,
                spool: spool,
                queue: mail
            )
        }
        if next.outbound.authorities != before.outbound.authorities { trust(next.outbound) }
        let (runner, settings) = (runner, next.outbound.runner)
        Task { await runner.apply(settings) }
    }

    /// Gives plugins that had taken the new configuration the old one again.
    private func restore(_ before: Configuration, _ names: [String]) {
        guard !names.isEmpty else { return }
        // With the images that run: the disk may hold others, which were refused together with the configuration.
        let running = running
        let entries = before.plugins.compactMap { line in running[line.name].map { before.entry(line.name, $0) } }
        _ = try? host.load(entries, ignoreBad: true, configurationChanged: Set(names))
    }

    /// The image of each plugin that is in force, by name.
    private var running: [String: StagedImage] {
        let images = host.table.plugins.map {
            StagedImage(name: $0.name, source: $0.source, path: $0.path, sha256: $0.sha256)
        }
        return Dictionary(images.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Keeps what differs, and says it.
    private func note(_ report: ReloadReport) {
        for line in report.applied { log.notice("reload", [("applied", .text(line))]) }
        for line in report.refused { log.error("reload refused", [("reason", .text(line))]) }
        for line in report.needsRestart { log.warn("needs a restart", [("what", .text(line))]) }
        state.withLock { state in
            let kept = state.difference?.since ?? SystemTime.wallSeconds
            state.difference =
                report.isClean
                ? nil : Difference(refused: report.refused, needsRestart: report.needsRestart, since: kept)
        }
    }

    /// Says every hour that disk and running state differ.
    func remind() {
        queue.asyncAfter(deadline: .now() + 3600) { [weak self] in
            guard let self else { return }
            if let difference = state.withLock({ $0.difference }) {
                for line in difference.lines { log.warn("disk and running state differ", [("what", .text(line))]) }
            }
            remind()
        }
    }

    /// Follows changes of `config/` and `plugins/` once writes have settled.
    func watch() {
        do {
            let watch = try Watch(["\(directory)/config", "\(directory)/plugins"]) { [weak self] _ in
                guard let self else { return }
                queue.async { _ = self.reload() }
            }
            state.withLock { $0.watch = watch }
        } catch { log.error("changes aren't followed", [("reason", .text("\(error)"))]) }
    }
}

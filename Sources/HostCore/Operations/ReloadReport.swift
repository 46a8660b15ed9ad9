internal import Config
internal import PluginHost

/// What became of a changed configuration, as `haraka reload` prints it.
struct ReloadReport {
    var applied: [String] = []
    /// Each names file, line and what is allowed.
    ///
    /// Unless `ignore_bad_plugins` is set, nothing was applied when there is one.
    var refused: [String] = []
    var needsRestart: [String] = []

    var isClean: Bool { refused.isEmpty && needsRestart.isEmpty }

    var text: String {
        var lines = applied.map { "applied: \($0)" }
        lines += refused.map { "refused: \($0)" }
        lines += needsRestart.map { "needs a restart: \($0)" }
        if lines.isEmpty { lines = ["nothing has changed"] }
        return lines.joined(separator: "\n")
    }

    /// The sentence without the words that the line begins with.
    private static func reason(_ sentence: String) -> Substring {
        let words = "needs a restart: "
        return sentence.hasPrefix(words) ? sentence.dropFirst(words.count) : sentence[...]
    }

    /// What becomes of a plugin that was refused and tolerated.
    static func outcome(isRunning: Bool) -> String {
        isRunning ? "what runs goes on as it was" : "it is left out (ignore_bad_plugins)"
    }

    /// Takes over what a load changed and refused; `running` names the plugins in force after it.
    mutating func take(_ report: LoadReport, running: Set<String>) {
        applied += report.loaded.map { "plugin \($0) loaded" }
        applied += report.replaced.map { "plugin \($0) replaced: new connections get the new one" }
        applied += report.reconfigured.map { "plugin \($0) has its new configuration" }
        applied += report.removed.map { "plugin \($0) removed" }
        needsRestart += report.needsRestart.map { "plugin \($0.plugin): \(Self.reason($0.sentence))" }
        refused += report.skipped.map { "\($0); \(Self.outcome(isRunning: running.contains($0.plugin)))" }
    }
}

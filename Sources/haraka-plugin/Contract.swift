/// The whole contract of one plugin: its file, and three lives in child processes.
struct Contract {
    let report: Report

    init(_ check: StaticCheck, running: Bool = true, deadline: Duration = ProbeRun.deadline) throws {
        var findings = check.findings
        if running, Report(findings).passes { findings += try Self.lives(check.path, deadline) }
        report = Report(findings)
    }

    /// With this host, then with one that has no extensions and one of a later version.
    private static func lives(_ path: String, _ deadline: Duration) throws -> [Finding] {
        let first = try ProbeRun(path, host: .complete, deadline: deadline)
        var findings = first.findings
        // What went wrong with this host would be told three times.
        guard Report(findings).passes else { return findings }
        for (kind, name) in [
            (RecordingHost.Kind.bare, "a host without extensions"), (.later, "a host of a later minor version"),
        ] {
            let failures = try ProbeRun(path, host: kind, deadline: deadline).findings.filter { $0.level == .failure }
            if failures.isEmpty { findings.append(.ok("it comes to terms with \(name)")) }
            findings += failures.map { .failure("with \(name): \($0.text)", fix: $0.fix ?? "") }
        }
        return findings
    }
}

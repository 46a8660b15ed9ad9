/// The findings of a check, as lines and as one verdict.
struct Report {
    let findings: [Finding]

    init(_ findings: [Finding]) { self.findings = findings }

    var passes: Bool { !findings.contains { $0.level == .failure } }

    var text: String { findings.map(\.line).joined(separator: "\n") }

    var summary: String {
        let failures = findings.count { $0.level == .failure }
        let warnings = findings.count { $0.level == .warning }
        return "\(findings.count - failures - warnings) ok, \(warnings) warnings, \(failures) failures"
    }
}

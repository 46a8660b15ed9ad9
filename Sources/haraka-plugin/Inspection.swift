internal import FoundationEssentials
internal import PluginHost
internal import System

/// What is known of a plugin's file, to be shown as lines or as JSON.
struct Inspection: Encodable {
    let file: String
    let size: Int
    let sha256: String
    let machine: String
    let majors: [Int]
    let soname: String?
    let exports: [String]
    let needed: [String]
    let runpath: [String]
    let missingLibraries: [String]
    let unresolved: [String]
    let note: String?
    /// Why the server would not load it.
    let refusal: String?
    /// Only when it was run.
    let descriptor: ProbeEvent.Descriptor?
    let hooks: [ProbeEvent.RegisteredHook]?
    let asked: [String]?
    let findings: [Finding]?
    let accident: String?

    init(_ check: StaticCheck, _ run: ProbeRun?) {
        file = check.path
        size = check.bytes.count
        sha256 = SHA256.hash(of: check.bytes)
        machine = ELFImage.name(ofMachine: check.image.machine)
        majors = check.image.majors
        soname = check.image.soname
        exports = check.image.exported
        needed = check.image.needed
        runpath = check.image.runpath
        missingLibraries = check.linkage.missing
        unresolved = check.linkage.unresolved
        note = check.image.note.map { String(decoding: $0, as: UTF8.self) }
        refusal = check.image.refusal(of: check.path).map { "\($0.reason). \($0.fix)." }
        descriptor = run?.descriptor
        hooks = run?.hooks
        asked = run?.asked
        findings = run?.findings
        accident = run?.accident?.text
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { preconditionFailure("An inspection can be written as JSON.") }
        return String(decoding: data, as: UTF8.self)
    }

    var text: String { (rows + runRows).map { Self.row($0.name, $0.values) }.joined(separator: "\n") }

    private typealias Row = (name: String, values: [String])

    private var rows: [Row] {
        [
            ("file", ["\(file) (\(size) bytes)"]),
            ("sha256", [sha256]),
            ("machine", [machine]),
            ("plugin ABI", majors.map(String.init)),
            ("exports", exports),
            ("needs", needed),
            ("looks in", runpath),
            ("not here", missingLibraries),
            ("unresolved", unresolved),
            ("note", note.map { [$0] } ?? []),
            ("refused", refusal.map { [$0] } ?? []),
        ]
    }

    private var runRows: [Row] {
        guard let asked, let hooks, let findings else { return [] }
        var rows: [Row] = []
        if let descriptor {
            rows.append(("id", ["\(descriptor.id) \(descriptor.version)"]))
            rows.append(("built for", ["ABI \(descriptor.major).\(descriptor.minor), draft \(descriptor.draft)"]))
            rows.append(("flags", descriptor.flags))
        }
        rows.append(("asks for", asked))
        rows.append(("hooks", hooks.map(Self.line)))
        rows.append(("trouble", findings.filter { $0.level != .ok }.map { "\($0.text). \($0.fix ?? "")" }))
        return rows
    }

    private static func line(_ hook: ProbeEvent.RegisteredHook) -> String {
        let timeout = hook.timeoutMilliseconds == 0 ? "" : ", timeout \(hook.timeoutMilliseconds) ms"
        let flags = hook.flags.isEmpty ? "" : ", " + hook.flags.joined(separator: " ")
        return "\(hook.hook) \(hook.signature), priority \(hook.priority)\(timeout)\(flags)"
    }

    private static func row(_ name: String, _ values: [String]) -> String {
        let indent = "\n" + String(repeating: " ", count: 12)
        let label = name + String(repeating: " ", count: 12 - name.count)
        return label + (values.isEmpty ? "-" : values.joined(separator: indent))
    }
}

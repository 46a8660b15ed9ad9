extension ConfigSnapshot {
    /// Holds a plugin's own ini file against the default that the plugin ships, since there is no schema for it.
    ///
    /// A value of another form than its default is an error, a name that the default file doesn't know, not even in a
    /// comment, a warning (an error if `strict`). Without a shipped default nothing can be said.
    public func validateAgainstShipped(_ file: String, strict: Bool = false) -> [Problem] {
        let texts = shipped.compactMap { $0[file]?.text }
        guard FileType(name: file) == .ini, !texts.isEmpty, let root = files[file]?.root?.section else { return [] }
        let rules = ShippedRules(texts: texts)
        if rules.isEmpty { return [] }
        var problems: [Problem] = []
        for name in root.keys {
            guard let node = root[name], let section = node.section else { continue }
            guard let known = rules.keys(of: name) else {
                let nearest = NearestName.of(name, among: rules.sections.keys.sorted())
                problems.append(
                    Problem(
                        strict ? .error : .warning,
                        at: node.origin,
                        key: name,
                        "[\(Shown.text(name))] is not a known section",
                        fix: nearest.map { "did you mean \($0)?" }
                    )
                )
                continue
            }
            if known.isEmpty, name != "main" { continue }
            for key in section.keys {
                guard let value = section[key] else { continue }
                problems += Self.problem(value, key, name, known, strict)
            }
        }
        return problems
    }

    private static func problem(
        _ node: ConfigNode,
        _ key: String,
        _ section: String,
        _ known: [String: ShippedRules.Form],
        _ strict: Bool
    ) -> [Problem] {
        let shown = section == "main" ? Shown.text(key) : "\(Shown.text(key)) in [\(Shown.text(section))]"
        guard let form = known[key] else {
            let fix = NearestName.of(key, among: known.keys.sorted()).map { "did you mean \($0)?" }
            let severity: Problem.Severity = strict ? .error : .warning
            return [Problem(severity, at: node.origin, key: key, "\(shown) is not a known key", fix: fix)]
        }
        let kind: SettingKind
        switch form {
        case .any: return []
        case .boolean: kind = .boolean
        case .integer: kind = .integer(.min ... .max)
        }
        guard let text = node.value.scalarText, !text.isEmpty, kind.parse(text) == nil else { return [] }
        let allowed = TextLines.trimmed(kind.allowed[...])
        return [Problem(.error, at: node.origin, key: key, "\(shown) must be \(allowed), not '\(Shown.text(text))'")]
    }
}

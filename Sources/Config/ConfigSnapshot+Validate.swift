extension ConfigSnapshot {
    /// The values of a file, and what is wrong with it.
    ///
    /// A bad value is an error, and the settings then have its default; an unknown key or section is a warning, or an
    /// error if `strict`. A file that is not there gives the defaults.
    public func validate(_ schema: Schema, strict: Bool = false) -> (settings: Settings, problems: [Problem]) {
        var validation = Validation(schema: schema, severity: strict ? .error : .warning)
        validation.run(document(schema.file))
        return (validation.settings, validation.problems)
    }
}

/// One file on its way through its schema.
private struct Validation {
    let schema: Schema
    /// Of a name that nobody knows.
    let severity: Problem.Severity
    var settings: Settings
    var problems: [Problem] = []

    init(schema: Schema, severity: Problem.Severity) {
        self.schema = schema
        self.severity = severity
        settings = Settings(schema: schema)
    }

    mutating func run(_ document: Document?) {
        for key in schema.keys where key.section != "*" && key.name != "*" { setDefault(key, section: key.section) }
        guard let document else { return }
        for name in document.root.keys {
            guard let node = document.root[name] else { continue }
            if let section = node.section {
                take(section, name, node.origin)
            } else {
                // In yaml a scalar may stand outside of every section; it belongs to main, as in ini.
                take(node, key: name, section: "main", rules: schema.keys(of: "main") ?? [])
            }
        }
    }

    private mutating func setDefault(_ key: Schema.Key, section: String) {
        guard !key.default.isEmpty, let value = key.kind.parse(key.default) else { return }
        settings.values[section, default: [:]][key.name] = value
    }

    private mutating func take(_ section: ConfigSection, _ name: String, _ origin: Origin) {
        guard let rules = schema.keys(of: name) else {
            let known = Set(schema.keys.map(\.section)).sorted()
            return problems.append(unknown("[\(Shown.text(name))]", "section", name, among: known, origin))
        }
        if !schema.hasSection(name) {
            settings.openSections.append(name)
            for rule in rules where rule.name != "*" { setDefault(rule, section: name) }
        }
        for key in section.keys {
            if let node = section[key] { take(node, key: key, section: name, rules: rules) }
        }
    }

    private mutating func take(_ node: ConfigNode, key: String, section: String, rules: [Schema.Key]) {
        guard let rule = rules.first(where: { $0.name == key }) ?? rules.first(where: { $0.name == "*" }) else {
            let known = rules.map(\.name)
            return problems.append(unknown(shown(key, section), "key", key, among: known, node.origin))
        }
        if let reason = rule.retired {
            let message = "\(shown(key, section)) has no effect: \(reason)"
            // What the server itself ships may keep a retired key for reference.
            if !node.origin.isShipped { problems.append(Problem(.warning, at: node.origin, key: key, message)) }
            return
        }
        if let reason = rule.refused {
            // As with retired keys, what the server itself ships may mention it.
            if node.origin.isShipped { return }
            let message = "\(shown(key, section)) isn't supported: \(reason)"
            return problems.append(Problem(.error, at: node.origin, key: key, message))
        }
        check(node, key: key, section: section, rule: rule)
    }

    private mutating func check(_ node: ConfigNode, key: String, section: String, rule: Schema.Key) {
        if case .mention = rule.kind, node.value == .null {
            settings.values[section, default: [:]][key] = .boolean(true)
            settings.origins[section, default: [:]][key] = node.origin
            return
        }
        if isBlank(node.value, rule.kind) {
            let fallback = rule.default.isEmpty ? "it counts as not set" : "its default \(rule.default) is used"
            let message = "\(shown(key, section)) has no value; \(fallback)"
            return problems.append(Problem(.warning, at: node.origin, key: key, message))
        }
        guard let value = parse(node.value, rule.kind) else {
            let message = "\(shown(key, section)) must be \(rule.kind.allowed), not \(found(node.value, rule.kind))"
            return problems.append(Problem(.error, at: node.origin, key: key, message))
        }
        settings.values[section, default: [:]][key] = value
        settings.origins[section, default: [:]][key] = node.origin
    }

    private func isBlank(_ value: ConfigValue, _ kind: SettingKind) -> Bool {
        if case .null = value { return true }
        if case .text("") = value {
            switch kind {
            case .text, .textList, .checkedList: return false
            default: return true
            }
        }
        return false
    }

    private func parse(_ value: ConfigValue, _ kind: SettingKind) -> SettingValue? {
        if let text = value.scalarText { return kind.parse(text) }
        guard case .list(let nodes) = value else { return nil }
        let texts = nodes.compactMap(\.value.scalarText)
        return texts.count == nodes.count ? kind.parse(texts) : nil
    }

    /// What stands there instead; of a list the first part that is at fault.
    private func found(_ value: ConfigValue, _ kind: SettingKind) -> String {
        if case .list(let nodes) = value {
            let texts = nodes.compactMap(\.value.scalarText)
            guard kind.isList, let bad = texts.first(where: { kind.parse([$0]) == nil }) else { return "a list" }
            return "'\(Shown.text(bad))'"
        }
        guard let text = value.scalarText else { return "a section" }
        let bad = kind.isList ? SettingKind.items(of: text).first { kind.parse([$0]) == nil } : nil
        return "'\(Shown.text(bad ?? text))'"
    }

    private func shown(_ key: String, _ section: String) -> String {
        section == "main" ? Shown.text(key) : "\(Shown.text(key)) in [\(Shown.text(section))]"
    }

    private func unknown(
        _ shown: String,
        _ what: String,
        _ name: String,
        among known: [String],
        _ origin: Origin
    ) -> Problem {
        let fix = NearestName.of(name, among: known.filter { $0 != "*" }).map { "did you mean \($0)?" }
        return Problem(severity, at: origin, key: name, "\(shown) is not a known \(what)", fix: fix)
    }
}

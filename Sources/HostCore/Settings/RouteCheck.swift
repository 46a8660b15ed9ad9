internal import Config
internal import DNS

/// What is wrong with `outbound.routes.ini` beyond single values: sections that no mail would ever find, and keys that
/// don't go together.
struct RouteCheck {
    private let table: Settings
    private let document: Document?

    init(_ table: Settings, _ document: Document?) {
        self.table = table
        self.document = document
    }

    var problems: [Problem] { twins + table.openSections.flatMap { nameProblem($0) + keyProblems($0) } }

    private func problem(
        _ origin: Origin?,
        key: String = "",
        _ message: String,
        fix: String? = nil
    ) -> Problem {
        Problem(.error, at: origin, in: "config/\(table.file)", key: key, message, fix: fix)
    }

    private func origin(of section: String) -> Origin? { document?.root[section]?.origin }

    // MARK: Sections

    private func nameProblem(_ section: String) -> [Problem] {
        guard section.lowercased() != "any" || section == "any" else { return [unmatched(section, "any")] }
        let name = section.hasPrefix(".") ? String(section.dropFirst()) : section
        let isDomain = !name.hasSuffix(".") && !name.contains(where: { "*@:/\\".contains($0) })
        guard isDomain, (try? Name(name)) != nil else { return [unmatched(section, meant(by: section))] }
        return []
    }

    private func unmatched(_ section: String, _ meant: String?) -> Problem {
        problem(
            origin(of: section),
            key: section,
            "[\(SafeText.shown(section))] fits no mail: a section must be a domain [example.com], all domains below one [.example.com], "
                + "or all others [any]",
            fix: meant.map { "did you mean [\(SafeText.shown($0))]?" }
        )
    }

    private func meant(by section: String) -> String? {
        if section == "*" { return "any" }
        var name = section[...]
        if name.hasPrefix("*.") || name.hasPrefix("*@") { name = name.dropFirst() }
        if name.hasPrefix("@") { name = name.dropFirst() }
        if name.hasSuffix(".") { name = name.dropLast() }
        let bare = name.hasPrefix(".") ? name.dropFirst() : name
        guard name.count < section.count, !bare.contains("*"), (try? Name(String(bare))) != nil else { return nil }
        return String(name)
    }

    /// Two sections that differ by case only: one of them would count, and nobody could tell which.
    private var twins: [Problem] {
        var known: [String: String] = [:]
        return table.openSections.compactMap { section in
            guard let twin = known.updateValue(section, forKey: section.lowercased()) else { return nil }
            let line = origin(of: twin)?.line ?? 0
            let message =
                "[\(SafeText.shown(section))] is the same domain as [\(SafeText.shown(twin))] in line \(line), and there must be one of them"
            return problem(origin(of: section), key: section, message)
        }
    }

    // MARK: Keys

    private func keyProblems(_ section: String) -> [Problem] {
        let shown = SafeText.shown(section)
        func isSet(_ key: String) -> Bool { !table.text("\(section).\(key)").isEmpty }
        func line(_ key: String) -> Int { table.origin("\(section).\(key)")?.line ?? 0 }
        func fault(_ key: String, _ message: String) -> Problem {
            problem(table.origin("\(section).\(key)") ?? origin(of: section), key: key, message)
        }
        var problems: [Problem] = []
        if isSet("path"), isSet("host") {
            let message = "path in [\(shown)] must not stand beside host (line \(line("host"))): one socket or one host"
            problems.append(fault("path", message))
        }
        if isSet("user"), !isSet("password") {
            problems.append(fault("user", "user in [\(shown)] must have a password beside it"))
        }
        if isSet("password"), !isSet("user") {
            problems.append(fault("password", "password in [\(shown)] must have a user beside it"))
        }
        if isSet("user"), isSet("password"), !allowsLogin(section) {
            let message =
                "tls in [\(shown)] must be opportunistic, required or verified where there is a user: a password goes "
                + "under TLS only, and this mail would wait for ever"
            problems.append(fault("tls", message))
        }
        return problems
    }

    /// Whether TLS, without which nobody logs in, can come about at all.
    private func allowsLogin(_ section: String) -> Bool {
        table.bool("\(section).implicit_tls") || table.text("\(section).tls") != "off"
    }
}

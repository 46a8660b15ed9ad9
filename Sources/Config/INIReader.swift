/// Reads Haraka's dialect of ini files.
///
/// Keys before the first header belong to `[main]`. Lines that start with `;` or `#` are comments, wherever they stand;
/// such a sign later in a line is part of the value. `key[]=` appends to a list, a `\` at the end of a line joins the
/// next one to it, and a key without `=` is null. Sections of the same name are one, with a warning.
struct INIReader {
    private let path: String
    private let isShipped: Bool
    private var root = ConfigSection()
    private var section = "main"
    private var keys = ConfigSection()
    /// The line of each header.
    private var headers: [String: Int] = [:]
    private var pending: (text: String, line: Int)?
    private(set) var problems: [Problem] = []

    /// The sections of a text.
    ///
    /// What can't be understood is left out and told as a problem.
    static func read(_ text: String, path: String, isShipped: Bool) -> (root: ConfigSection, problems: [Problem]) {
        var reader = INIReader(path: path, isShipped: isShipped)
        for (number, line) in TextLines(text) { reader.take(line, number) }
        reader.finish()
        return (reader.root, reader.problems)
    }

    private init(path: String, isShipped: Bool) {
        self.path = path
        self.isShipped = isShipped
        open("main", line: 1)
    }

    private func origin(_ line: Int) -> Origin {
        Origin(path: path, line: line, isShipped: isShipped)
    }

    private mutating func take(_ line: Substring, _ number: Int) {
        if TextLines.isComment(line) { return }
        let start = pending?.line ?? number
        let joined = (pending?.text ?? "") + line
        pending = nil
        let text = TextLines.trimmed(joined[...])
        if text.hasSuffix("\\") {
            pending = (String(text.dropLast()), start)
        } else if !text.isEmpty {
            statement(text, start)
        }
    }

    private mutating func finish() {
        defer { store() }
        guard let rest = pending else { return }
        pending = nil
        let text = TextLines.trimmed(rest.text[...])
        if !text.isEmpty { statement(text, rest.line) }
    }

    private mutating func statement(_ text: Substring, _ line: Int) {
        if text.hasPrefix("[") {
            header(text, line)
        } else if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
            let key = TextLines.trimmed(text[..<equals])
            assign(key, .text(String(TextLines.trimmed(text[text.utf8.index(after: equals)...]))), text, line)
        } else {
            assign(text, .null, text, line)
        }
    }

    private mutating func header(_ text: Substring, _ line: Int) {
        let name = TextLines.trimmed(text.dropFirst().dropLast())
        guard text.hasSuffix("]"), !name.isEmpty, !name.contains("]") else {
            return complain(line, "a section is written [name], not '\(Shown.text(text))'")
        }
        if let earlier = headers[String(name)] {
            let message = "[\(Shown.text(name))] stands here again, first in line \(earlier); both are one section"
            problems.append(Problem(.warning, at: origin(line), message))
        } else {
            headers[String(name)] = line
        }
        open(String(name), line: line)
    }

    private mutating func open(_ name: String, line: Int) {
        store()
        section = name
        keys = root[name]?.section ?? ConfigSection()
        if root[name] == nil { root[name] = ConfigNode(.section(keys), at: origin(line)) }
    }

    /// Puts the keys of the open section into the tree; gathered outside of it, no key costs a copy of them all.
    private mutating func store() {
        root[section]?.value = .section(keys)
    }

    private mutating func assign(_ key: Substring, _ value: ConfigValue, _ text: Substring, _ line: Int) {
        guard !key.isEmpty, !key.unicodeScalars.contains(where: \.properties.isWhitespace) else {
            return complain(line, "'\(Shown.text(text))' is neither key=value nor [section] nor a comment")
        }
        let (listed, name) = key.hasSuffix("[]") ? (true, key.dropLast(2)) : (false, key)
        guard !name.isEmpty else {
            return complain(line, "'\(Shown.text(text))' has no key before []")
        }
        let new = ConfigNode(value, at: origin(line))
        if listed {
            keys[String(name)] = appended(new, to: keys[String(name)])
        } else {
            if let earlier = keys[String(name)] {
                let message = "\(Shown.text(name)) is set twice; this line replaces line \(earlier.origin.line)"
                problems.append(Problem(.warning, at: origin(line), key: String(name), message))
            }
            keys[String(name)] = new
        }
    }

    private func appended(_ new: ConfigNode, to old: ConfigNode?) -> ConfigNode {
        guard let old else { return ConfigNode(.list([new]), at: new.origin) }
        if case .list(let nodes) = old.value { return ConfigNode(.list(nodes + [new]), at: old.origin) }
        return ConfigNode(.list([old, new]), at: old.origin)
    }

    private mutating func complain(_ line: Int, _ message: String) {
        problems.append(Problem(.error, at: origin(line), message))
    }
}

/// The configuration of a fake host, read anew for each question.
enum ConfigFile {
    /// A scalar: `FILE:KEY`, `FILE:SECTION.KEY` of an ini file, `FILE:[N]` of a list.
    static func value(_ path: String, in directory: String) -> String? {
        let (file, key) = split(path)
        guard let lines = lines(file, directory) else { return nil }
        if key.hasPrefix("["), let index = Int(key.dropFirst().dropLast()) {
            return lines.indices.contains(index) ? lines[index] : nil
        }
        let dot = key.firstIndex(of: ".")
        let section = dot.map { String(key[..<$0]) } ?? "main"
        let name = dot.map { String(key[key.index(after: $0)...]) } ?? key
        return members(lines, section).last { $0.key == name }?.value
    }

    /// A section as JSON.
    static func json(_ path: String, in directory: String) -> String? {
        let (file, section) = split(path)
        guard let lines = lines(file, directory) else { return nil }
        guard section.isEmpty else { return object(lines, section) }
        var names = ["main"]
        for line in lines where line.hasPrefix("[") && line.hasSuffix("]") {
            let name = String(line.dropFirst().dropLast())
            if !names.contains(name) { names.append(name) }
        }
        return "{\(names.map { "\(quoted($0)):\(object(lines, $0))" }.joined(separator: ","))}"
    }

    private static func object(_ lines: [String], _ section: String) -> String {
        // A key that stands twice counts as it stands last.
        var last: [String: String] = [:]
        var keys: [String] = []
        for (key, value) in members(lines, section) where last.updateValue(value, forKey: key) == nil {
            keys.append(key)
        }
        return "{\(keys.map { "\(quoted($0)):\(quoted(last[$0] ?? ""))" }.joined(separator: ","))}"
    }

    private static func split(_ path: String) -> (file: String, key: String) {
        let colon = path.firstIndex(of: ":") ?? path.endIndex
        return (String(path[..<colon]), String(path[colon...].dropFirst()))
    }

    private static func lines(_ file: String, _ directory: String) -> [String]? {
        contents(of: "\(directory)/config/\(file)")?.split(separator: "\n").map(trimmed).filter {
            !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix(";")
        }
    }

    private static func members(_ lines: [String], _ wanted: String) -> [(key: String, value: String)] {
        var section = "main"
        var members: [(key: String, value: String)] = []
        for line in lines {
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
            } else if section == wanted, let sign = line.firstIndex(of: "=") {
                members.append((trimmed(line[..<sign]), trimmed(line[sign...].dropFirst())))
            }
        }
        return members
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = Substring(text).drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
}

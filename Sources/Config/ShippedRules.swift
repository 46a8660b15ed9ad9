/// What a plugin's shipped default file says about the plugin's settings: their names and types.
///
/// Keys that stand in it count, and those in comments (`; key = value`) too. The default's form gives the type: a word
/// such as `true` makes a boolean, digits make a whole number, anything else says nothing. A section that the default
/// leaves empty takes any key; a header in a comment (`; [example.com]`) says that sections of any name may be made.
struct ShippedRules {
    enum Form: Equatable {
        case boolean, integer, any
    }

    private(set) var sections: [String: [String: Form]] = ["main": [:]]
    /// The keys of sections of any name; nil when only those that are listed may be.
    private(set) var open: [String: Form]?

    init(texts: [String]) {
        for text in texts { read(text) }
    }

    private mutating func read(_ text: String) {
        var section: String? = "main"
        for (_, line) in TextLines(text) {
            var statement = TextLines.trimmed(line)
            let isComment = TextLines.isComment(statement)
            if isComment { statement = TextLines.trimmed(statement.drop { $0 == ";" || $0 == "#" }) }
            if statement.hasPrefix("["), statement.hasSuffix("]") {
                section = isComment ? nil : String(TextLines.trimmed(statement.dropFirst().dropLast()))
                if let section {
                    sections[section, default: [:]] = sections[section] ?? [:]
                } else {
                    open = open ?? [:]
                }
            } else if let (key, form) = Self.key(statement, isComment: isComment) {
                if let section { sections[section, default: [:]][key] = form } else { open?[key] = form }
            }
        }
    }

    /// A line such as `key = value`; in a comment only with `=` and a name that no prose has.
    private static func key(_ line: Substring, isComment: Bool) -> (String, Form)? {
        let equals = line.firstIndex(of: "=")
        if equals == nil, isComment { return nil }
        var key = TextLines.trimmed(line[..<(equals ?? line.endIndex)])
        let isList = key.hasSuffix("[]")
        if isList { key = key.dropLast(2) }
        guard !key.isEmpty, key.allSatisfy({ $0.isLetter || $0.isNumber || "_.-@:/".contains($0) }) else { return nil }
        let value = equals.map { TextLines.trimmed(line[line.index(after: $0)...]) } ?? ""
        return (String(key), isList ? .any : form(of: value))
    }

    private static func form(of value: Substring) -> Form {
        if !value.isEmpty, Int(value) != nil { return .integer }
        return BooleanWord.value(of: String(value)) == nil ? .any : .boolean
    }

    /// Whether the default file says nothing that a file could be held against.
    var isEmpty: Bool { open == nil && sections.allSatisfy(\.value.isEmpty) }

    /// The keys of a section: nil when there may be none of that name, empty when it takes any.
    func keys(of section: String) -> [String: Form]? {
        sections[section] ?? open.map { $0.merging(sections["main"] ?? [:]) { own, _ in own } }
    }
}

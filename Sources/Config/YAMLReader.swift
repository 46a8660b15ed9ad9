import Yams

/// Reads YAML and keeps the line of every value.
struct YAMLReader {
    private static let maximumDepth = 64
    /// Aliases may name the same part again and again; expanded it may not grow beyond this many values.
    private static let maximumValues = 100_000

    private let path: String
    private let isShipped: Bool
    private var values = 0

    static func read(_ text: String, path: String, isShipped: Bool) throws(JSONReader.Fault) -> ConfigNode {
        var reader = YAMLReader(path: path, isShipped: isShipped)
        do {
            // Not the default resolver: its patterns cost more than everything else here, and `Plain` knows the types.
            guard let node = try compose(yaml: text, .basic) else {
                return ConfigNode(.section(ConfigSection()), at: Origin(path: path, line: 1, isShipped: isShipped))
            }
            return try reader.convert(node, depth: 0)
        } catch let fault as JSONReader.Fault {
            throw fault
        } catch let error as YamlError {
            throw Self.fault(error)
        } catch {
            throw JSONReader.Fault(line: 0, message: "is no YAML: \(error)")
        }
    }

    private init(path: String, isShipped: Bool) {
        self.path = path
        self.isShipped = isShipped
    }

    private mutating func convert(_ node: Node, depth: Int) throws(JSONReader.Fault) -> ConfigNode {
        let line = node.mark?.line ?? 1
        values += 1
        let deepest = node.scalar == nil ? depth + 1 : depth
        guard deepest <= Self.maximumDepth, values <= Self.maximumValues else {
            throw JSONReader.Fault(
                line: line,
                message: "more than \(Self.maximumDepth) levels or \(Self.maximumValues) values"
            )
        }
        let origin = Origin(path: path, line: line, isShipped: isShipped)
        switch node {
        case .scalar(let scalar):
            return ConfigNode(scalar.style == .plain ? Plain.value(scalar.string) : .text(scalar.string), at: origin)
        case .sequence(let sequence):
            var nodes: [ConfigNode] = []
            for inner in sequence { nodes.append(try convert(inner, depth: depth + 1)) }
            return ConfigNode(.list(nodes), at: origin)
        case .mapping(let mapping):
            var section = ConfigSection()
            for (key, inner) in mapping {
                guard case .scalar(let name) = key else {
                    throw JSONReader.Fault(line: line, message: "a key must be a plain text")
                }
                let value = try convert(inner, depth: depth + 1)
                let keyLine = Origin(path: path, line: key.mark?.line ?? line, isShipped: isShipped)
                section[name.string] = ConfigNode(value.value, at: keyLine)
            }
            return ConfigNode(.section(section), at: origin)
        case .alias:
            throw JSONReader.Fault(line: line, message: "an alias without its anchor")
        }
    }

    private static func fault(_ error: YamlError) -> JSONReader.Fault {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            JSONReader.Fault(line: mark.line, message: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            JSONReader.Fault(
                line: context.mark.line,
                message: "the key '\(Shown.text(duplicates.joined(separator: "', '")))' is there twice"
            )
        case .reader(let problem, _, _, _): JSONReader.Fault(line: 0, message: problem)
        default: JSONReader.Fault(line: 0, message: "is no YAML: \(error)")
        }
    }

    /// The types of the YAML 1.2 core schema, by which "no" is a text and an old phone number no octal one.
    private enum Plain {
        static func value(_ text: String) -> ConfigValue {
            switch text {
            case "", "~", "null", "Null", "NULL": return .null
            case "true", "True", "TRUE": return .boolean(true)
            case "false", "False", "FALSE": return .boolean(false)
            default: break
            }
            guard let first = text.utf8.first, first < 0x3A, text.utf8.contains(where: { $0 >= 0x30 && $0 < 0x3A }),
                text.utf8.allSatisfy({ $0 < 0x3A && $0 > 0x2A || $0 == 0x65 || $0 == 0x45 })
            else { return .text(text) }
            if let value = Int(text) { return .integer(value) }
            if let value = Double(text), value.isFinite { return .number(value) }
            return .text(text)
        }
    }
}

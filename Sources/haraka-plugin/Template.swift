internal import System

/// A folder of the SDK with the files of a new plugin, where `{{WORD}}` stands for a part of its name.
struct Template {
    let folder: String
    let words: [String: String]

    init(_ language: Language, of sdk: SDK, words: [String: String]) throws {
        folder = sdk.path + "/templates/" + language.rawValue
        self.words = words
        guard (try? FileFacts.of(folder).kind) == .directory else {
            throw Sentence("The SDK at \(sdk.path) has no template for \(language.rawValue).")
        }
    }

    /// Writes the filled files below `target`, none over another, and gives their paths in it.
    func write(to target: String) throws -> [String] {
        try Files.makeDirectory(target)
        let files = try copy("", to: target)
        if files.isEmpty { throw Sentence("The template \(folder) is empty.") }
        return files
    }

    private func copy(_ relative: String, to target: String) throws -> [String] {
        var written: [String] = []
        for entry in try FileDescriptor.open(folder + "/" + relative, [.directory]).entries() {
            let source = relative.isEmpty ? entry.name : relative + "/" + entry.name
            let place = fill(source)
            let facts = try FileFacts.of(folder + "/" + source)
            if facts.kind == .directory {
                try Files.makeDirectory(target + "/" + place)
                written += try copy(source, to: target)
            } else {
                let text = String(decoding: try Files.read(folder + "/" + source), as: UTF8.self)
                let file = try FileDescriptor.open(
                    target + "/" + place,
                    [.write, .create, .exclusive, .noFollow],
                    mode: facts.mode & 0o111 == 0 ? 0o644 : 0o755
                )
                try file.writeAll(fill(text))
                written.append(place)
            }
        }
        return written
    }

    func fill(_ text: String) -> String {
        var parts = text.split(separator: "{{", omittingEmptySubsequences: false)[...]
        var filled = String(parts.popFirst() ?? "")
        for part in parts {
            let halves = part.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2, let value = words[String(halves[0])] {
                filled += value + halves[1]
            } else {
                filled += "{{" + part
            }
        }
        return filled
    }
}

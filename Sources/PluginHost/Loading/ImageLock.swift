/// The digests that `config/plugins.lock` allows: with that file, nothing else is loaded.
///
/// One line a plugin, `SHA256 NAME` as `sha256sum` would write it; `#` begins a comment.
public struct ImageLock: Sendable, Equatable {
    public let digests: [String: String]

    /// A line that is no digest and name.
    public struct Malformed: Error, Equatable, CustomStringConvertible {
        public let line: Int

        public var description: String { "plugins.lock:\(line): a line is a SHA-256 of 64 digits and a plugin's name" }
    }

    public init(parsing text: String) throws(Malformed) {
        var digests: [String: String] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            if words.isEmpty { continue }
            guard words.count == 2, words[0].count == 64, words[0].allSatisfy(\.isHexDigit) else {
                throw Malformed(line: index + 1)
            }
            digests[String(words[1])] = words[0].lowercased()
        }
        self.digests = digests
    }

    func refusal(of plugin: String, sha256: String) -> PluginRefusal? {
        if digests[plugin] == sha256 { return nil }
        let reason =
            digests[plugin] == nil
            ? "config/plugins.lock does not name it" : "its SHA-256 is not the one in config/plugins.lock"
        return PluginRefusal(
            .lock,
            plugin: plugin,
            reason: reason,
            fix: "If this file is the right one, let its line in config/plugins.lock be: \(sha256) \(plugin)"
        )
    }
}

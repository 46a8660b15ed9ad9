internal import System

/// What the log says of a message that has left the queue.
public enum QueueEnd {
    private static let mostLines = 200
    private static let messages = ["delivered", "deferred", "bounced", "report", "redirected"]

    /// The lines about its deliveries, oldest first; none where there is no log file, or nothing in it.
    public static func lines(_ name: String, directory: String, installation: Installation) -> [String] {
        guard name.utf8.count >= 6, let configuration = try? Configuration.read(directory, installation),
            let file = configuration.logFile
        else { return [] }
        var found: [String] = []
        let name = Array(name.utf8)
        let archive = LogArchive(file)
        try? archive.read { line in
            guard found.count < mostLines, line.finds(name) else { return }
            let text = String(decoding: (0..<line.count).map { line[$0] }, as: UTF8.self)
            guard
                messages.contains(where: {
                    text.contains("] \($0) ") || text.contains("message=\"\($0)\"")
                        || text.contains("\"message\":\"\($0)\"")
                })
            else { return }
            found.append(SafeText.shown(text))
        }
        return found
    }
}

extension Span<UInt8> {
    /// Whether these bytes stand somewhere in it.
    fileprivate func finds(_ word: [UInt8]) -> Bool {
        guard count >= word.count else { return false }
        var at = 0
        while at + word.count <= count {
            var length = 0
            while length < word.count, self[at + length] == word[length] { length += 1 }
            if length == word.count { return true }
            at += 1
        }
        return false
    }
}

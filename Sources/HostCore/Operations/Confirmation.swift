internal import System

/// A question to whoever sits at the terminal, before something that can't be taken back easily.
public enum Confirmation {
    /// Whether they say yes; nil where nobody sits there.
    public static func isGiven(_ question: String) -> Bool? {
        guard let terminal = try? FileDescriptor.terminal() else { return nil }
        do throws(SystemError) {
            try terminal.writeAll("\(question) [y/N] ")
            let answer = String(decoding: try terminal.read(upTo: 100), as: UTF8.self)
            return ["y", "yes"].contains(answer.lowercased().filter { !$0.isWhitespace })
        } catch { return nil }
    }
}

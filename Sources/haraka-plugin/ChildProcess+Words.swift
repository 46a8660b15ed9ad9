internal import System

extension ChildProcess {
    static func run(_ words: [String]) throws -> End {
        // What it says belongs to the terminal; standard output is for this command's own result.
        try telling(words) { () throws(SystemError) in try ChildProcess(words, moving: [(from: 2, to: 1)]).wait() }
    }

    /// The first line that it writes to standard output.
    static func output(of words: [String]) throws -> String {
        let (end, text) = try telling(words) { () throws(SystemError) in try ChildProcess.run(words, errors: 2) }
        let line = text.split(whereSeparator: \.isNewline).first
        guard end == .exited(0), let line else { throw Sentence("\"\(words.joined(separator: " "))\" failed: \(end).") }
        return String(line)
    }

    /// Says in a sentence which program can't be run.
    private static func telling<Result>(
        _ words: [String],
        _ body: () throws(SystemError) -> Result
    ) throws -> Result {
        do throws(SystemError) { return try body() } catch {
            throw Sentence("\(words[0]) cannot be run: \(error.reason).")
        }
    }
}

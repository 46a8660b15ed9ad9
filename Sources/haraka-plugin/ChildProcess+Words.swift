internal import System

extension ChildProcess {
    static func run(_ words: [String]) throws -> End {
        // What it says belongs to the terminal; standard output is for this command's own result.
        try start(words, moving: [(from: 2, to: 1)]).wait()
    }

    /// The first line that it writes to standard output.
    static func output(of words: [String]) throws -> String {
        let pipe = try Pipe()
        let child = try start(words, moving: [(from: pipe.writing.number, to: 1)])
        let reading = pipe.closeWriting()
        let bytes = try reading.readAll(limit: 1 << 20)
        let end = child.wait()
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
        guard end == .exited(0), let line else { throw Sentence("\"\(words.joined(separator: " "))\" failed: \(end).") }
        return String(line)
    }

    private static func start(_ words: [String], moving: [(from: Int32, to: Int32)]) throws -> ChildProcess {
        do throws(SystemError) { return try ChildProcess(words, moving: moving) } catch {
            throw Sentence("\(words[0]) cannot be run: \(error.reason).")
        }
    }
}

internal import ArgumentParser
internal import HostCore

/// What the commands have in common: sentences on standard error, and exit statuses.
enum Door {
    static func failure(_ sentence: String) -> ExitCode {
        Terminal.tell(sentence)
        return ExitCode(1)
    }

    /// Runs what may fail with sentences.
    static func run<Result>(_ body: () throws(StartError) -> Result) throws -> Result {
        do { return try body() } catch { throw failure(error.description) }
    }

    /// Asks the running server and prints its answer.
    static func ask(_ question: String, _ directory: String) throws {
        let (text, status) = ControlClient.ask(question, directory: directory)
        if status == 0 { Terminal.say(text) } else { Terminal.tell(text) }
        if status != 0 { throw ExitCode(status) }
    }

    /// Runs a program of the same installation to its end.
    static func become(_ program: String, _ arguments: [String]) -> Int32 {
        Companion.run(program, arguments)
    }
}

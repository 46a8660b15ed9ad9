internal import System

/// Other programs that a command runs.
public enum Companion {
    /// A program that lies beside this one; its exit status, or 127 when it isn't there.
    public static func run(_ program: String, _ arguments: [String]) -> Int32 {
        let folder = (try? Files.canonical("/proc/self/exe")).map { Files.split($0).folder } ?? "."
        do throws(SystemError) { return try ChildProcess([folder + "/" + program] + arguments).wait().status } catch {
            Terminal.tell("\(folder)/\(program) can't be run: \(error.reason)")
            return 127
        }
    }

    /// Gives a text to a shell command, a pager for example; false when it couldn't be run.
    static func pipe(_ text: String, into command: String) -> Bool {
        (try? ChildProcess.feed(text, to: ["/bin/sh", "-c", command])) == .exited(0)
    }

    /// The output of a program found on the PATH; nil when it isn't there or fails.
    static func output(of program: String, _ arguments: [String]) -> String? {
        guard let nowhere = try? FileDescriptor.open("/dev/null", .write),
            let (end, output) = try? ChildProcess.run([program] + arguments, errors: nowhere.number),
            end == .exited(0)
        else { return nil }
        return output
    }
}

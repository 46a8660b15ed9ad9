internal import System

/// How a command gets a password: from the terminal, twice and unseen, or from standard input.
public enum PasswordPrompt {
    /// Asks at the terminal.
    public static func ask(for user: String) throws(StartError) -> [UInt8] {
        do {
            let terminal = try FileDescriptor.terminal()
            let first = try terminal.readSecret(prompt: "Password for \(user): ")
            let second = try terminal.readSecret(prompt: "Again: ")
            guard let first, let second else { throw StartError("Nothing was changed.") }
            guard first == second else { throw StartError("The two passwords differ; nothing was changed.") }
            return first
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError("There is no terminal to ask at (\(error)); give the password with --stdin.")
        }
    }

    /// The one line of standard input, with or without its line end.
    public static func read() throws(StartError) -> [UInt8] {
        do {
            var line = try FileDescriptor.standardInput().readAll(limit: 4096)
            if line.last == 0x0A { line.removeLast() }
            if line.last == 0x0D { line.removeLast() }
            return line
        } catch { throw StartError("The password can't be read: \(error)") }
    }
}

internal import System

/// What commands print.
public enum Terminal {
    /// To standard output, with a line end.
    public static func say(_ text: String) { write(text, to: FileDescriptor.standardOutput) }

    /// To standard error, with a line end.
    public static func tell(_ text: String) { write(text, to: FileDescriptor.standardError) }

    private static func write(_ text: String, to open: () throws(SystemError) -> FileDescriptor) {
        guard !text.isEmpty, let output = try? open() else { return }
        try? output.writeAll(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// Through `$PAGER` (less) when somebody sits at the terminal, else as it is.
    public static func page(_ text: String) {
        guard (try? FileDescriptor.standardOutput())?.isTerminal == true,
            Companion.pipe(text, into: Environment.value("PAGER") ?? "less")
        else {
            say(text)
            return
        }
    }
}

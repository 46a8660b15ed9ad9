internal import Glibc
internal import System

/// What commands print.
public enum Terminal {
    /// To standard output, with a line end.
    public static func say(_ text: String) { write(text, to: 1) }

    /// To standard error, with a line end.
    public static func tell(_ text: String) { write(text, to: 2) }

    private static func write(_ text: String, to number: Int32) {
        guard !text.isEmpty else { return }
        let output = FileDescriptor(owning: dup(number), path: number == 1 ? "standard output" : "standard error")
        try? output.writeAll(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// Through `$PAGER` (less) when somebody sits at the terminal, else as it is.
    public static func page(_ text: String) {
        guard isatty(1) == 1, Companion.pipe(text, into: Environment.value("PAGER") ?? "less") else {
            say(text)
            return
        }
    }
}

/// A call about a command: `unrecognized_command`, `vrfy`, and hooks that are run by name.
public typealias Command = Call<HookKind.Command>

extension Call where Kind == HookKind.Command {
    /// The verb in upper case.
    public var command: String { text(.command) ?? "" }

    /// The rest of the line.
    public var argument: String { text(.argument) ?? "" }
}

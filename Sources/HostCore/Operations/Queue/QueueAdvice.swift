/// A command that helps, and what it is good for.
struct QueueAdvice: Sendable, Equatable {
    /// Stands before the command and a colon.
    let purpose: String
    /// As it can be given to a shell.
    let command: String

    /// Whether it does something with mail that waits, so that it is of no use any more when that is given up.
    let isForMail: Bool

    init(_ purpose: String, _ command: String, isForMail: Bool = false) {
        self.purpose = purpose
        self.command = command
        self.isForMail = isForMail
    }

    var line: String { "\(purpose): \(command)" }
}

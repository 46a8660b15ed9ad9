internal import Queue
internal import SMTP

/// What follows a settled step.
enum Conclusion {
    case answer(ServerSession.Answer)
    case go(Step)
    /// The message is ours to deliver, once it is on the disk; apart, since every step of every command has a conclusion.
    indirect case seal(Draft, Queue)
    case nothing
    /// The connection's last hook has run.
    case end
}

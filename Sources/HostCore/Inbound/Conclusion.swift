internal import SMTP

/// What follows a settled step.
enum Conclusion {
    case answer(ServerSession.Answer)
    case go(Step)
    /// The connection's last hook has run.
    case end
}

/// What a connection needs of its handler, whatever its driver's type.
protocol Conductor: LoopMailbox.Receiver {
    /// Shows unread bytes if they may be shown, then does what the driver asked for.
    func pump()
    func deadlinePassed()
    func limitPassed()
}

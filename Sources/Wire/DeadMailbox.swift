/// The mailbox of a connection that is gone.
struct DeadMailbox: Mailbox {
    func wake(_ token: UInt64) {}
}

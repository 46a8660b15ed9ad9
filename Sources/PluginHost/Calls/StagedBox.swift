/// A call's writes while they are the call's: changed under its lock, then handed to the session's loop.
final class StagedBox: @unchecked Sendable {
    // Invariant: it is reached through one call's state, under the call's lock, or by the loop that has taken it out.
    var value = Staged()
}

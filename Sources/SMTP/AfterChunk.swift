/// What follows a chunk that was thrown away.
///
/// It lies apart: where a conversation stands is copied with every command.
indirect enum AfterChunk {
    /// It is refused, in so many replies.
    case refuse(Reply, times: Int)
    /// The message is too big: `bytes` is how far it would have come.
    case tooBig(bytes: UInt64, isWhole: Bool)
    /// The client is refused for good.
    case reject(Reply)
}

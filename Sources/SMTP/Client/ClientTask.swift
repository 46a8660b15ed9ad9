/// What a calling session does next without a word of the host.
enum ClientTask {
    /// The next transaction, or the word that one may come.
    case proceed
    case reset
    /// The command of the next chunk, and its bytes.
    case chunkCommand, chunkBytes(Range<UInt64>)
    case quit
    /// QUIT, without waiting for its reply.
    case leave(ClientSession.Setback)
    case close(ClientSession.Setback?)
}

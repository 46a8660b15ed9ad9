/// The question that is open, with what its answer needs.
enum Pending {
    case connect
    case hello(HelloVerb, host: String)
    /// The exchange itself is with the ``Terms``.
    case authentication
    case mail(Transaction)
    case recipient
    case data
    /// The hook of DATA, before the first chunk is read.
    case firstChunk(Chunk)
    /// Whether nothing more of the message comes.
    case tooBig(isWhole: Bool)
    case commit
    /// Whether the client understands UTF-8 in the reply: RFC 6531 §3.7.4.2.
    case verify(hearsUTF8: Bool)
    case noop, reset, quit, unrecognized
    case help(topic: String)
}

/// What a session remembers of the mail transaction that is open.
///
/// The envelope is the driver's: it may be rewritten by plugins.
struct Transaction: Equatable {
    let isUTF8: Bool
    /// BODY=BINARYMIME: RFC 3030.
    let isBinary: Bool
    /// Recipients that stand.
    var accepted = 0
    /// Recipients that were refused.
    var refused = 0
    /// How far the message has come in chunks; nil before the first.
    var chunks: ChunkProgress?
}

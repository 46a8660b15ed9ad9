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
    /// Whether the message has begun, with a chunk: the ``Terms`` know how far it has come.
    var hasChunks = false
}

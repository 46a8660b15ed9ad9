/// What a session remembers of the mail transaction that is open.
///
/// The envelope is the driver's: it may be rewritten by plugins.
struct Transaction: Equatable {
    let isUTF8: Bool
    /// Recipients that stand.
    var accepted = 0
    /// Recipients that were refused.
    var refused = 0
}

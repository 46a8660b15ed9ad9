internal import SMTP

/// How far a message, or a chunk of it, is on its way.
struct Carriage {
    let source: any MessageSource
    /// What is to be read yet.
    var rest: Range<UInt64>
    /// Nil for a chunk of BDAT, whose bytes go as they are.
    var stuffing: DotStuffing?
    /// The reading under way.
    var reading: (number: UInt64, count: UInt64)?
    /// Whether it goes on when the connection has taken more.
    var awaitsRoom = false
}
